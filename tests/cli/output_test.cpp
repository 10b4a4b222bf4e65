#include "cli/output.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Parser.h>
#include <gtest/gtest.h>

#include <array>
#include <clocale>
#include <sstream>

#include "cli/terminal.h"

namespace vodcatalog {
namespace {

using catalog::Cell;
using Row = std::array<Cell, 3>;

constexpr std::array<std::string_view, 3> kNames = {"image_id", "status", "file_size"};

std::string written(OutputFormat format, const std::vector<Row>& rows,
                    const Terminal& terminal = {}) {
    std::ostringstream out;
    const auto output = make_output(format, out, terminal);
    output->columns(kNames);
    for (const Row& row : rows) output->row(row);
    output->finish();
    return out.str();
}

TEST(OutputTest, TablesAreAlignedAndHarmless) {
    EXPECT_EQ(written(OutputFormat::table, {{"a", "Normal", std::int64_t{7}},
                                            {"long-id", "\x1b[2J\n", std::int64_t{1200}},
                                            {"c", Cell{}, 2.5}}),
              "IMAGE_ID  STATUS       FILE_SIZE\n"
              "a         Normal               7\n"
              "long-id   \\u001b[2J\\n       1200\n"
              "c         -                  2.5\n");
    EXPECT_EQ(written(OutputFormat::table, {}), "(none)\n");
}

TEST(OutputTest, TablesFitTheTerminalAndKnowWideCharacters) {
    std::setlocale(LC_CTYPE, "C.UTF-8");                                     // as main() does
    const std::string title = "\u4e0a\u4f20\u5931\u8d25\u7684\u56fe\u7247";  // 14 columns
    EXPECT_EQ(display_width(title), 14U);
    EXPECT_EQ(display_width("\xff\xfe"), 2U);
    EXPECT_EQ(fitting(title, 5), "\u4e0a\u4f20");
    const std::string table = written(
        OutputFormat::table, {{"a", std::string_view(title), std::int64_t{7}}}, {30, false});
    EXPECT_EQ(table, "IMAGE_ID  STATUS     FILE_SIZE\na         \u4e0a\u4f20\u5931\u8d25\u2026" +
                         std::string(10, ' ') + "7\n");
}

TEST(OutputTest, ColourIsForTerminalsOnly) {
    const std::vector<Row> rows = {{"a", "UploadFail", std::int64_t{7}}};
    EXPECT_NE(written(OutputFormat::table, rows, {80, true}).find("\x1b[31mUploadFail\x1b[0m"),
              std::string::npos);
    EXPECT_EQ(written(OutputFormat::table, rows, {80, false}).find('\x1b'), std::string::npos);
}

TEST(OutputTest, CsvIsQuotedAndNoSpreadsheetTakesTextForAFormula) {
    EXPECT_EQ(written(OutputFormat::csv, {{"=1+1", "say \"hi\", twice", std::int64_t{-7}},
                                          {"@SUM", Cell{}, 0.5},
                                          {" a", "two\nlines", Cell{}},
                                          {"-1", "\tx", Cell{}}}),
              "image_id,status,file_size\r\n"
              "'=1+1,\"say \"\"hi\"\", twice\",-7\r\n"
              "'@SUM,,0.5\r\n"
              "\" a\",\"two\nlines\",\r\n"
              "'-1,'\tx,\r\n");
}

TEST(OutputTest, JsonHoldsEveryValue) {
    const std::vector<Row> rows = {{"a\"\\\n\x01", "\xff", std::int64_t{7}}, {"b", Cell{}, 2.5}};
    const auto array = Poco::JSON::Parser()
                           .parse(written(OutputFormat::json, rows))
                           .extract<Poco::JSON::Array::Ptr>();
    ASSERT_EQ(array->size(), 2U);
    EXPECT_EQ(array->getObject(0)->getValue<std::string>("image_id"), "a\"\\\n\x01");
    EXPECT_EQ(array->getObject(0)->getValue<std::string>("status"), "\ufffd");
    EXPECT_EQ(array->getObject(0)->getValue<int>("file_size"), 7);
    EXPECT_TRUE(array->getObject(1)->isNull("status"));
    EXPECT_EQ(array->getObject(1)->getValue<double>("file_size"), 2.5);
    EXPECT_EQ(written(OutputFormat::json, {}), "[]\n");
    EXPECT_EQ(written(OutputFormat::ndjson, {{"a", "b", std::int64_t{1}}}),
              "{\"image_id\": \"a\", \"status\": \"b\", \"file_size\": 1}\n");
}

}  // namespace
}  // namespace vodcatalog
