#include "tests/simulator/answer_writer.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <set>

#include "catalog/stable_url.h"
#include "daemon/vod/answer_parser.h"
#include "tests/simulator/cloud.h"

namespace simulator {
namespace {

constexpr std::int64_t kStart = 1'767'323'045'000;
constexpr std::uint64_t kSeed = 11;

/// Forty images of every kind.
std::vector<Portrait> portraits(const Quirks& quirks, OutputType output = OutputType::cdn) {
    Scenario scenario;
    scenario.lives.uploading_sigma = 1;
    scenario.lives.normal = 0.5;
    scenario.lives.upload_fail = 0.3;
    scenario.lives.never = 0.2;
    scenario.quirks = quirks;
    Cloud cloud(kSeed, 40, scenario, kStart);
    std::vector<Portrait> all;
    for (const Standing& standing : cloud.standings(kStart + 12'000)) {
        all.push_back(portray(standing.sight, kSeed, quirks, output));
    }
    return all;
}

std::string write(const Quirks& quirks, const std::vector<Portrait>& all, std::uint64_t call) {
    const UrlSigner signer(kSeed);
    AnswerWriter writer(signer, quirks, kSeed, call, kStart / 1'000, 0);
    return writer.write_many({1, call}, all, {"missing-1", "missing-2"});
}

std::string minified(const std::optional<std::string>& json) {
    simdjson::dom::parser parser;
    simdjson::dom::element document;
    if (!json) return "(none)";
    if (parser.parse(*json).get(document) != simdjson::SUCCESS) return "(bad)";
    return simdjson::minify(document);
}

void replace_nul(std::optional<std::string>& text) {
    if (const std::size_t at = text ? text->find('\0') : std::string::npos;
        at != std::string::npos) {
        text->replace(at, 1, "\xef\xbf\xbd");
    }
}

catalog::Image comparable(catalog::Image image) {
    replace_nul(image.title);
    image.extra = minified(image.extra);
    if (image.mezzanine) image.mezzanine->extra = minified(image.mezzanine->extra);
    return image;
}

/// What the daemon reads in an answer is what the truth says it should hold.
void expect_read_as_portrayed(const Quirks& quirks, OutputType output = OutputType::cdn) {
    const std::vector<Portrait> all = portraits(quirks, output);
    vodcatalog::AnswerParser parser;
    vodcatalog::Answer answer;
    std::string body = write(quirks, all, 3);
    const std::string sent = body;
    parser.read_answer(body, answer);
    ASSERT_EQ(answer.image_count, all.size()) << sent;
    EXPECT_EQ(answer.oddity_count, 0U);
    EXPECT_EQ(answer.request_id, "00000000-0000-0001-0000-000000000003");
    EXPECT_EQ(answer.not_exist, (std::vector<std::string>{"missing-1", "missing-2"}));
    for (std::size_t i = 0; i < answer.image_count; ++i) {
        const auto same_id = [&](const Portrait& portrait) {
            return portrait.image.image_id == answer.images[i].image_id;
        };
        const auto portrait = std::find_if(all.begin(), all.end(), same_id);
        ASSERT_NE(portrait, all.end());
        EXPECT_TRUE(comparable(answer.images[i]) == comparable(portrait->image))
            << answer.images[i].image_id << " in " << sent;
    }
}

TEST(AnswerWriter, PlainAnswersAreReadAsPortrayed) {
    expect_read_as_portrayed({});
    expect_read_as_portrayed({}, OutputType::oss);
}

TEST(AnswerWriter, EachQuirkIsReadAsPortrayed) {
    for (const Unfinished form : {Unfinished::zero, Unfinished::absent, Unfinished::mixed}) {
        expect_read_as_portrayed({.uploading_mezzanine = form});
        expect_read_as_portrayed({.uploading_url = form});
        expect_read_as_portrayed({.uploading_sizes = form});
    }
    expect_read_as_portrayed({.file_size = FileSizeForm::number});
    expect_read_as_portrayed({.file_size = FileSizeForm::mixed});
    expect_read_as_portrayed({.lists = ListForm::wrapped});
    expect_read_as_portrayed({.member_order = MemberOrder::shuffled});
    expect_read_as_portrayed({.original_file_name = FileNameForm::signed_url});
    expect_read_as_portrayed({.titles = TitleProfile::hostile});
    expect_read_as_portrayed({.legacy_members = true});
    expect_read_as_portrayed({.absent_members = 0.3, .null_members = 0.3});
    expect_read_as_portrayed({.extra_members = 1});
    expect_read_as_portrayed({.status_absent = 0.5});
    expect_read_as_portrayed({.unsigned_urls = 0.5});
}

TEST(AnswerWriter, AllQuirksAtOnceAreReadAsPortrayed) {
    const Quirks all{.uploading_mezzanine = Unfinished::mixed,
                     .uploading_url = Unfinished::mixed,
                     .uploading_sizes = Unfinished::mixed,
                     .file_size = FileSizeForm::mixed,
                     .lists = ListForm::mixed,
                     .member_order = MemberOrder::shuffled,
                     .original_file_name = FileNameForm::mixed,
                     .titles = TitleProfile::hostile,
                     .legacy_members = true,
                     .empty_lists = false,
                     .absent_members = 0.1,
                     .null_members = 0.1,
                     .extra_members = 0.5,
                     .status_absent = 0.2,
                     .unsigned_urls = 0.3};
    expect_read_as_portrayed(all);
    expect_read_as_portrayed(all, OutputType::oss);
}

TEST(AnswerWriter, SignaturesDifferAtEveryCallAndNothingElseDoes) {
    const std::vector<Portrait> all = portraits({});
    std::set<std::string> bodies;
    std::set<std::string> urls;
    std::set<std::string> stable;
    for (std::uint64_t call = 0; call < 50; ++call) {
        const std::string body = write({}, {all.front()}, call);
        bodies.insert(body.substr(body.find("ImageInfo")));
        simdjson::dom::parser parser;
        const simdjson::dom::element image = parser.parse(body).value()["ImageInfo"].at(0);
        for (const auto& value : {image["URL"], image["Mezzanine"]["FileURL"]}) {
            const std::string url{std::string_view{value}};
            urls.insert(url);
            std::string out;
            EXPECT_TRUE(catalog::stable_url(url, out)) << url;
            stable.insert(out);
        }
    }
    EXPECT_EQ(bodies.size(), 50U);
    EXPECT_EQ(urls.size(), 100U);
    EXPECT_EQ(stable.size(), 2U);
}

TEST(AnswerWriter, AnImageKeepsItsLotFromCallToCall) {
    const Quirks quirks{.absent_members = 0.3, .extra_members = 0.5, .status_absent = 0.5};
    const std::vector<Portrait> once = portraits(quirks);
    const std::vector<Portrait> again = portraits(quirks);
    for (std::size_t i = 0; i < once.size(); ++i) EXPECT_TRUE(once[i].image == again[i].image);
}

TEST(AnswerWriter, EmptyListsAreLeftOutOnlyWhereAnotherStands) {
    const UrlSigner signer(kSeed);
    const Quirks quirks{.empty_lists = false};
    AnswerWriter writer(signer, quirks, kSeed, 1, kStart / 1'000, 0);
    EXPECT_EQ(writer.write_many({1, 2}, {}, {"a"}).find("ImageInfo"), std::string::npos);
    EXPECT_EQ(writer.write_many({1, 2}, portraits({}), {}).find("NonExist"), std::string::npos);
}

}  // namespace
}  // namespace simulator
