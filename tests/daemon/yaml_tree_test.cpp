#include "daemon/yaml_tree.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace vodcatalog {
namespace {

using Kind = YamlNode::Kind;

/// What is wrong with `text`, joined by " | ".
std::string faults(const std::string& text) {
    Problems problems;
    static_cast<void>(parse_yaml(text, problems));
    return fmt::format("{}", fmt::join(problems.list("f"), " | "));
}

TEST(YamlTreeTest, EveryValueHasItsPlace) {
    Problems problems;
    const auto root = parse_yaml("a: 1\nb:\n  - x\n  - {c: 'it''s', d: \"\"}\ne:\n", problems);
    ASSERT_TRUE(root.has_value());
    ASSERT_TRUE(problems.empty());
    ASSERT_EQ(root->kind, Kind::map);
    ASSERT_EQ(root->entries.size(), 3U);
    EXPECT_EQ(root->entries[0].key, "a");
    EXPECT_EQ(root->entries[0].place, (Place{1, 1}));
    EXPECT_EQ(root->entries[0].value.text, "1");
    EXPECT_EQ(root->entries[0].value.place, (Place{1, 4}));
    const YamlNode& list = root->entries[1].value;
    ASSERT_EQ(list.kind, Kind::list);
    ASSERT_EQ(list.items.size(), 2U);
    EXPECT_EQ(list.items[0].place, (Place{3, 5}));
    EXPECT_EQ(list.items[1].entries[0].value.text, "it's");
    EXPECT_EQ(list.items[1].entries[1].value.kind, Kind::text);
    EXPECT_EQ(root->entries[2].value.kind, Kind::null);
}

TEST(YamlTreeTest, NothingAtAllIsNull) {
    for (const char* text : {"", "\n\n", "# only a comment\n", "---\n", "\xef\xbb\xbf"}) {
        Problems problems;
        const auto root = parse_yaml(text, problems);
        ASSERT_TRUE(root.has_value());
        EXPECT_EQ(root->kind, Kind::null);
        EXPECT_TRUE(problems.empty());
    }
}

TEST(YamlTreeTest, WindowsFilesAreRead) {
    Problems problems;
    const auto root = parse_yaml("\xef\xbb\xbf\x61: 1\r\nb: 2\r\n", problems);
    ASSERT_TRUE(root.has_value());
    EXPECT_TRUE(problems.empty());
    EXPECT_EQ(root->entries[0].key, "a");
    EXPECT_EQ(root->entries[0].value.text, "1");
    EXPECT_EQ(root->entries[1].place, (Place{2, 1}));
}

TEST(YamlTreeTest, ADoubledKeyIsToldWithBothPlaces) {
    EXPECT_EQ(faults("a: 1\nb: 2\na: 3\n"),
              "f:3:1: the key \"a\" is here a second time, the first is in line 1, column 1; "
              "remove one of them");
    EXPECT_EQ(faults("x: {a: 1, a: 3}\n"),
              "f:1:11: the key \"a\" is here a second time, the first is in line 1, column 5; "
              "remove one of them");
    EXPECT_EQ(faults("x: {a: 1}\ny: {a: 1}\n"), "");
}

TEST(YamlTreeTest, OfADoubledKeyTheFirstCounts) {
    Problems problems;
    const auto root = parse_yaml("a: 1\na: {b: 1}\nc: 2\n", problems);
    ASSERT_TRUE(root.has_value());
    ASSERT_EQ(root->entries.size(), 2U);
    EXPECT_EQ(root->entries[0].value.text, "1");
    EXPECT_EQ(root->entries[1].key, "c");
}

TEST(YamlTreeTest, AKeyThatIsNoWordIsRefused) {
    const std::string what = "a key must be a word; write `key: value`";
    EXPECT_EQ(faults("? [a, b]\n: 1\n"), "f:1:3: " + what);
    EXPECT_EQ(faults("~: 1\n"), "f:1:1: " + what);
}

TEST(YamlTreeTest, AnchorsAliasesAndTagsAreRefused) {
    EXPECT_EQ(faults("a: &x 1\nb: *x\n"),
              "f:1:4: an anchor (&name) is not allowed; remove it | "
              "f:2:4: an alias (*name) is not allowed; write the value itself");
    EXPECT_EQ(faults("a: !!str 1\n"), "f:1:4: a tag (!name) is not allowed; remove it");
    EXPECT_EQ(faults("a: &x [1]\n"), "f:1:4: an anchor (&name) is not allowed; remove it");
    EXPECT_EQ(faults("a: &x {b: 1}\n"), "f:1:4: an anchor (&name) is not allowed; remove it");
    EXPECT_EQ(faults("a: *nobody\n"),
              "f:1:4: not YAML: the referenced anchor is not defined; mend this line or the one "
              "before it");
}

TEST(YamlTreeTest, AnAliasBombGrowsNothing) {
    std::string bomb = "a0: &a0 [x, x, x]\n";
    for (int i = 1; i < 40; ++i) {
        bomb += fmt::format("a{0}: &a{0} [*a{1}, *a{1}, *a{1}]\n", i, i - 1);
    }
    Problems problems;
    const auto root = parse_yaml(bomb, problems);
    ASSERT_TRUE(root.has_value());
    EXPECT_FALSE(problems.empty());
    EXPECT_EQ(root->entries.back().value.items.size(), 3U);
    EXPECT_EQ(root->entries.back().value.items[0].kind, Kind::broken);
}

TEST(YamlTreeTest, ASecondDocumentIsRefusedWhereItBegins) {
    const std::string what = "a second document begins here; settings are one document";
    EXPECT_EQ(faults("a: 1\n---\nb: 2\n"), "f:2:1: " + what);
    EXPECT_EQ(faults("a: 1\n...\nb: 2\n"), "f:3:1: " + what);
    EXPECT_EQ(faults("- a\nb: 1\n"), "f:2:1: " + what);
    EXPECT_EQ(faults("---\na: 1\n...\n"), "");
}

TEST(YamlTreeTest, NestingIsBounded) {
    const std::string what = "nested more than 16 deep";
    EXPECT_EQ(faults(std::string(16, '[') + std::string(16, ']')), "");
    EXPECT_EQ(faults(std::string(17, '[') + std::string(17, ']')), "f:1:17: " + what);
    for (const char open : {'[', '{'}) {
        const std::string said = faults(std::string(1'000'000, open));
        EXPECT_TRUE(said.starts_with("f:1:") && said.ends_with(what)) << said;
    }
}

TEST(YamlTreeTest, SyntaxErrorsHaveTheirPlace) {
    const std::string advice = "; mend this line or the one before it";
    EXPECT_EQ(faults("a: b: c\n"), "f:1:5: not YAML: illegal map value" + advice);
    EXPECT_EQ(faults("a:\n  - b\n c: 1\n"), "f:3:2: not YAML: end of map not found" + advice);
    EXPECT_EQ(faults("a: [1, 2\n"), "f:2:1: not YAML: end of sequence flow not found" + advice);
    EXPECT_EQ(faults("a: @x\n"), "f:1:4: not YAML: unknown token" + advice);
}

TEST(YamlTreeTest, ATabThatIndentsIsRefused) {
    const std::string what = "a tab before the first word of a line; indent with blanks";
    EXPECT_EQ(faults("a:\n\tb: 1\n"), "f:2:1: " + what);
    EXPECT_EQ(faults("a:\n  \tb: 1\n"), "f:2:3: " + what);
    EXPECT_EQ(faults("a: 1\t# a tab elsewhere\n"), "");
}

TEST(YamlTreeTest, AQuoteThatIsNeverClosedIsTold) {
    const std::string what = "text must begin and end on one line; is its closing quote missing?";
    EXPECT_EQ(faults("a: \"open\nb: 2\n"), "f:1:4: " + what);
    EXPECT_EQ(faults("a: 'open\nb: 2\n"), "f:1:4: " + what);
    EXPECT_EQ(faults("a: 'it''s open\nb: 2\n"), "f:1:4: " + what);
    EXPECT_EQ(faults("a: \"\\\" open\nb: 2\n"), "f:1:4: " + what);
    EXPECT_EQ(faults("a: |\n  block\n"), "f:1:4: " + what);
    EXPECT_EQ(faults("a: \"closed\" # \"\nb: 'it''s'\nc: \"\\\"\"\n"), "");
}

TEST(YamlTreeTest, BytesThatAreNotUtf8HaveTheirPlace) {
    EXPECT_EQ(faults("a: 1\nb: \xe4\n"), "f:2:4: byte 0xe4 is not UTF-8; save the file as UTF-8");
    EXPECT_EQ(faults(std::string("\xff\xfe\x61\0:\0", 6)),
              "f:1:1: byte 0xff is not UTF-8; save the file as UTF-8");
}

TEST(YamlTreeTest, ControlCharactersAreRefused) {
    EXPECT_EQ(faults(std::string("a: 1\n\0b: 2\n", 11)),
              "f:2:1: control character 0x00; remove it");
    EXPECT_EQ(faults("a: 1\x04\nb: 2\n"), "f:1:5: control character 0x04; remove it");
    EXPECT_EQ(faults("a: \x1b[31m\n"), "f:1:4: control character 0x1b; remove it");
    EXPECT_EQ(faults("a: 1\rb: 2\r"), "f:1:5: control character 0x0d; remove it");
    EXPECT_EQ(faults("a: \x7f\n"), "f:1:4: control character 0x7f; remove it");
}

}  // namespace
}  // namespace vodcatalog
