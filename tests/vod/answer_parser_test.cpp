#include "daemon/vod/answer_parser.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "catalog/error.h"
#include "tests/vod/allocation_count.h"

namespace vodcatalog {
namespace {

using catalog::Image;
using catalog::Mezzanine;

constexpr const char* kId = "bbc65bba53f94e4f8b6fed90de118a78";
constexpr const char* kId2 = "594228cdd14b4d069fc17a8c4a5e0f11";
constexpr const char* kUnknownId = "00000000000000000000000000000001";
constexpr const char* kUnknownId2 = "00000000000000000000000000000002";
#define REPLACEMENT "\xef\xbf\xbd"

std::string file(const std::string& name) {
    std::ifstream in(std::string{VODCATALOG_TEST_DATA "/"} + name, std::ios::binary);
    if (!in) throw std::runtime_error("no test data " + name);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

class AnswerParserTest : public testing::Test {
protected:
    void read(const std::string& name) { read_text(file("answers/" + name)); }
    void read_text(std::string text) {
        parser.read_answer(text, answer);
        ASSERT_EQ(answer.content_hashes.size(), answer.image_count);
        for (std::size_t i = 0; i < answer.image_count; ++i) {
            EXPECT_EQ(answer.content_hashes[i], catalog::content_hash(answer.images[i]));
        }
    }
    /// The only image.
    const Image& image() {
        EXPECT_EQ(answer.image_count, 1U);
        return answer.images.at(0);
    }
    [[nodiscard]] std::vector<std::string> odd() const {
        std::vector<std::string> out;
        for (const Oddity& oddity : answer.oddities)
            out.push_back(oddity.image_id + ": " + oddity.member);
        return out;
    }
    void expect_refused(std::string text) {
        EXPECT_THROW(parser.read_answer(text, answer), catalog::Retryable);
    }

    AnswerParser parser;
    Answer answer;
};

Image sample() {
    Image out;
    out.image_id = kId;
    out.title = "sample";
    out.description = "text";
    out.tags = "tag1,tag2";
    out.cate_id = 254766071;
    out.cate_name = "Test";
    out.image_type = "default";
    out.status = "Normal";
    out.creation_time = "2026-01-02T03:04:05Z";
    out.storage_location = "outin-test.oss-cn-shanghai.aliyuncs.com";
    out.app_id = "app-1000000";
    out.url = "http://cdn.example.com/image/default/5E84CD5360144D4DAD.png";
    out.url_signed = true;
    out.mezzanine = Mezzanine{
        .original_file_name = "a.png",
        .width = 200,
        .height = 100,
        .file_size = 8932,
        .file_url =
            "https://outin-test.oss-cn-shanghai.aliyuncs.com/image/default/5E84CD5360144D4DAD.png",
        .file_url_signed = true,
        .extra = std::nullopt};
    return out;
}

TEST_F(AnswerParserTest, ReadsEveryMemberOfASingleImage) {
    read("single.json");
    EXPECT_EQ(answer.request_id, "AB99D4DF-FAFA-49DC-9C54-8C1E261E0001");
    EXPECT_EQ(image(), sample());
    EXPECT_TRUE(answer.not_exist.empty());
    EXPECT_EQ(answer.oddity_count, 0U);
}

TEST_F(AnswerParserTest, ReadsMembersInAnyOrderToTheSameImageWhateverTheSignature) {
    read("any_order.json");
    EXPECT_EQ(image(), sample());
}

TEST_F(AnswerParserTest, ReadsAListAndTheIdsThatDoNotExist) {
    for (const char* name : {"list.json", "list_wrapped.json"}) {
        read(name);
        ASSERT_EQ(answer.image_count, 2U) << name;
        EXPECT_EQ(answer.images[0].image_id, kId);
        EXPECT_EQ(answer.images[0].title, "first");
        EXPECT_EQ(answer.images[0].status, "Uploading");
        EXPECT_EQ(answer.images[1].image_id, kId2);
        EXPECT_EQ(answer.images[1].status, "UploadFail");
        EXPECT_EQ(answer.not_exist, (std::vector<std::string>{kUnknownId, kUnknownId2})) << name;
    }
}

TEST_F(AnswerParserTest, TakesAnAnswerThatNamesNoImage) {
    read("no_image_exists.json");
    EXPECT_EQ(answer.image_count, 0U);
    EXPECT_EQ(answer.not_exist, std::vector<std::string>{kUnknownId});
    read("no_lists_but_empty.json");
    EXPECT_EQ(answer.image_count, 0U);
    EXPECT_TRUE(answer.not_exist.empty());
}

TEST_F(AnswerParserTest, ReadsWhatOnlyOlderAnswersHave) {
    read("old_members.json");
    EXPECT_EQ(image().region_id, "cn-shanghai");
    EXPECT_EQ(image().audit_status, "Blocked");
    EXPECT_EQ(image().status, std::nullopt);
    EXPECT_EQ(image().mezzanine->file_size, 8932);
}

// A title is by default the file's name. What signs by path signs as well.
TEST_F(AnswerParserTest, TakesASignatureOffWhateverMemberHasOne) {
    read("texts_signed.json");
    EXPECT_EQ(image().url, "http://cdn.example.com/image/a.png");
    EXPECT_TRUE(image().url_signed);
    EXPECT_EQ(image().mezzanine->file_url, "http://cdn.example.com/image/a.png");
    EXPECT_TRUE(image().mezzanine->file_url_signed);
    EXPECT_EQ(image().title, "https://h.example/a.png");
    EXPECT_EQ(image().description, "see http://cdn.example.com/a.png?b=1");
    EXPECT_EQ(image().cate_name, "http://cdn.example.com/a.png");
}

TEST_F(AnswerParserTest, TakesASignatureOffTheOriginalFileName) {
    read("old_members.json");
    EXPECT_EQ(image().mezzanine->original_file_name,
              "https://outin-test.oss-cn-shanghai.aliyuncs.com/image/default/5E84.png");
    EXPECT_FALSE(image().mezzanine->file_url_signed);
    EXPECT_EQ(image().mezzanine->file_url, std::nullopt);
}

TEST_F(AnswerParserTest, ReadsAbsentAndNullMembersAsNothing) {
    Image bare;
    bare.image_id = kId;
    for (const char* name : {"only_the_id.json", "all_null.json"}) {
        read("single.json");  // whose values must not linger
        read(name);
        EXPECT_EQ(image(), bare) << name;
        EXPECT_EQ(answer.oddity_count, 0U) << name;
    }
    EXPECT_EQ(answer.request_id, "");
}

TEST_F(AnswerParserTest, TellsAnEmptyMezzanineFromNone) {
    read("mezzanine_empty.json");
    EXPECT_EQ(image().mezzanine, Mezzanine{});
    read("single.json");
    read("mezzanine_null_members.json");
    EXPECT_EQ(image().mezzanine, Mezzanine{});
}

TEST_F(AnswerParserTest, TellsZeroAndEmptyFromNothing) {
    read("zeros.json");
    EXPECT_EQ(image().title, "");
    EXPECT_EQ(image().status, "");
    EXPECT_EQ(image().url, "");
    EXPECT_FALSE(image().url_signed);
    EXPECT_EQ(image().cate_id, 0);
    EXPECT_EQ(image().mezzanine->width, 0);
    EXPECT_EQ(image().mezzanine->height, 0);
    EXPECT_EQ(image().mezzanine->file_size, 0);
}

TEST_F(AnswerParserTest, KeepsUnknownMembersInTheirOrder) {
    read("unknown_members.json");
    EXPECT_EQ(image().extra, R"({"Zebra":{"b":[1,-2,2.5,true,null,"é\u000a\"\\"],"a":{}},)"
                             R"("ModificationTime":"2026-01-02T03:04:05Z","Null":null})");
    EXPECT_EQ(image().mezzanine->extra, R"({"Bitrate":18446744073709551615,"Fps":[]})");
    EXPECT_EQ(image().mezzanine->width, 1);
    EXPECT_EQ(answer.oddity_count, 0U);
}

TEST_F(AnswerParserTest, KeepsNoSignatureOrCredentialOfUnknownMembers) {
    read("unknown_member_secrets.json");
    EXPECT_EQ(
        image().extra,
        R"({"SnapshotURL":"https://h.example/s.png?x=1",)"
        R"("Deep":[{"u":"http://cdn.example.com/a.png","UploadAuth":"***","securitytoken":"***"}],)"
        R"("UserData":"{\"AccessKeySecret\":\"***\"}",)"
        R"("URL":{"href":"http://cdn.example.com/a.png"}})");
    EXPECT_EQ(image().mezzanine->extra, R"({"BackupURL":"https://h.example/b.png"})");
}

TEST_F(AnswerParserTest, TakesNumbersFromText) {
    read("numbers_as_text.json");
    EXPECT_EQ(image().cate_id, 254766071);
    EXPECT_EQ(image().mezzanine->width, 200);
    EXPECT_EQ(image().mezzanine->height, 100);
    EXPECT_EQ(image().mezzanine->file_size, 9007199254740993);
}

TEST_F(AnswerParserTest, TakesWholeNumbersWrittenWithAPointOrExponent) {
    read("numbers_with_a_point.json");
    EXPECT_EQ(image().cate_id, -1);
    EXPECT_EQ(image().mezzanine->width, 200);
    EXPECT_EQ(image().mezzanine->height, 100);
    EXPECT_EQ(image().mezzanine->file_size, 8932);
    EXPECT_EQ(answer.oddity_count, 0U);
}

TEST_F(AnswerParserTest, KeepsANumberThatDoesNotFitInExtraAndTheRestOfTheImage) {
    read("bad_numbers.json");
    ASSERT_EQ(answer.image_count, 2U);
    for (std::size_t i = 0; i < 2; ++i) {
        EXPECT_EQ(answer.images[i].status, "Normal");
        EXPECT_EQ(answer.images[i].cate_id, std::nullopt);
        EXPECT_EQ(answer.images[i].mezzanine->width, std::nullopt);
        EXPECT_EQ(answer.images[i].mezzanine->height, std::nullopt);
        EXPECT_EQ(answer.images[i].mezzanine->file_size, std::nullopt);
    }
    EXPECT_EQ(answer.images[0].extra, R"({"CateId":1.5})");
    EXPECT_EQ(answer.images[0].mezzanine->extra,
              R"({"Width":-1,"Height":"12px","FileSize":9223372036854775808})");
    EXPECT_EQ(answer.images[1].extra, R"({"CateId":""})");
    EXPECT_EQ(answer.images[1].mezzanine->extra,
              R"({"Width":true,"Height":" 1","FileSize":"9223372036854775808"})");
    const std::string first = kId, second = kId2;
    EXPECT_EQ(odd(),
              (std::vector<std::string>{
                  first + ": CateId", first + ": Mezzanine.Width", first + ": Mezzanine.Height",
                  first + ": Mezzanine.FileSize", second + ": CateId", second + ": Mezzanine.Width",
                  second + ": Mezzanine.Height", second + ": Mezzanine.FileSize"}));
    EXPECT_EQ(answer.oddities[1].what, "negative; kept in extra");
}

TEST_F(AnswerParserTest, SurvivesNumbersBeyond64BitsAndDoubleRange) {
    read("wild_numbers.json");
    ASSERT_EQ(answer.image_count, 2U);
    EXPECT_EQ(answer.images[0].title, "1e400, 99999999999999999999 \" 1e400");
    EXPECT_EQ(answer.images[0].status, "Normal");
    EXPECT_EQ(
        answer.images[0].mezzanine->extra,
        R"({"Width":"1e400","Height":"99999999999999999999","FileSize":"-9223372036854775809"})");
    EXPECT_EQ(answer.images[1].title, "123456789012345678901234567890");
    EXPECT_EQ(answer.images[1].mezzanine->width, 7);
    EXPECT_EQ(answer.images[1].extra, R"({"New":["-1E+999",1]})");
    EXPECT_EQ(answer.oddity_count, 3U);
}

TEST_F(AnswerParserTest, TakesAScalarWhereTextIsExpectedAsItsText) {
    read("scalars_for_text.json");
    EXPECT_EQ(answer.request_id, "12");
    EXPECT_EQ(image().image_id, "34");
    EXPECT_EQ(image().title, "56");
    EXPECT_EQ(image().description, "true");
    EXPECT_EQ(image().tags, "1.5");
    EXPECT_EQ(image().status, "18446744073709551615");
    EXPECT_EQ(answer.oddity_count, 0U);
}

TEST_F(AnswerParserTest, KeepsAMemberOfTheWrongKindInExtra) {
    read("wrong_kinds.json");
    EXPECT_EQ(answer.request_id, "");
    EXPECT_EQ(image().title, std::nullopt);
    EXPECT_EQ(image().status, std::nullopt);
    EXPECT_EQ(image().mezzanine, std::nullopt);
    EXPECT_EQ(image().tags, "kept");
    EXPECT_EQ(image().extra, R"({"Title":["a"],"Status":{"x":1},"CateId":{},"Mezzanine":"none"})");
    EXPECT_EQ(answer.oddity_count, 4U);
}

TEST_F(AnswerParserTest, CountsTheFirstOfADoubledMember) {
    read("doubled_members.json");
    EXPECT_EQ(answer.request_id, "first");
    EXPECT_EQ(image().image_id, kId);
    EXPECT_EQ(image().title, "first");
    EXPECT_EQ(image().status, std::nullopt);
    EXPECT_EQ(image().mezzanine->width, 1);
    EXPECT_EQ(image().extra, R"({"New":1})");
}

TEST_F(AnswerParserTest, SkipsAnImageWithoutAUsableId) {
    read("images_without_id.json");
    EXPECT_EQ(image().image_id, kId);
    EXPECT_EQ(image().title, std::nullopt);
    EXPECT_EQ(answer.not_exist, (std::vector<std::string>{"7", kUnknownId}));
    EXPECT_EQ(answer.oddity_count, 12U);
}

TEST_F(AnswerParserTest, CountsTheFirstOfAnImageSentTwice) {
    read("image_sent_twice.json");
    ASSERT_EQ(answer.image_count, 2U);
    EXPECT_EQ(answer.images[0].title, "same");
    EXPECT_EQ(answer.images[1].title, "first");
    EXPECT_EQ(odd(), std::vector<std::string>{std::string{kId2} + ": ImageInfo"});
}

TEST_F(AnswerParserTest, BelievesTheImageOfAnIdThatIsInBothLists) {
    read("image_and_not_exist.json");
    EXPECT_EQ(image().image_id, kId);
    EXPECT_EQ(answer.not_exist, std::vector<std::string>{kId2});
    EXPECT_EQ(odd(), std::vector<std::string>{std::string{kId} + ": NonExistImageIds"});
}

TEST_F(AnswerParserTest, ReplacesZeroCharacters) {
    read("zero_characters.json");
    EXPECT_EQ(image().title, "a" REPLACEMENT "b\\u0000c");
    EXPECT_EQ(image().extra, "{\"New\":\"" REPLACEMENT "\",\"N" REPLACEMENT "\":1}");
}

TEST_F(AnswerParserTest, ReplacesLoneSurrogatesAndKeepsPairs) {
    read("lone_surrogates.json");
    EXPECT_EQ(image().title, "\U0001F600 " REPLACEMENT " " REPLACEMENT REPLACEMENT);
    EXPECT_EQ(image().description, REPLACEMENT "x\\ud83d");
    EXPECT_EQ(image().tags, REPLACEMENT "\U0001F600");
}

TEST_F(AnswerParserTest, ReplacesBytesThatAreNotUtf8) {
    read("bad_utf8.json");
    EXPECT_EQ(image().title,
              "a" REPLACEMENT "b" REPLACEMENT
              "(图" REPLACEMENT REPLACEMENT REPLACEMENT REPLACEMENT REPLACEMENT REPLACEMENT);
    EXPECT_EQ(image().tags, "图片");
    EXPECT_EQ(image().mezzanine->extra, R"({"Width":"1e400"})");
}

TEST_F(AnswerParserTest, KeepsHostileTextByteForByte) {
    read("hostile_text.json");
    EXPECT_EQ(image().title,
              "'; DROP TABLE image_info; -- %s {} {{ =cmd() \r\nBcc: a@b \x1b[31m "
              "<script>alert(1)</script> "
              "\u202e\U0001F600");
    EXPECT_EQ(image().status, "normal");
    EXPECT_EQ(answer.oddity_count, 0U);
}

TEST_F(AnswerParserTest, KeepsAnUnknownStatusAsItIs) {
    read("status_unknown.json");
    EXPECT_EQ(image().status, "Archived");
    EXPECT_EQ(answer.oddity_count, 0U);
}

TEST_F(AnswerParserTest, TakesACodeThatSaysSuccess) {
    read("code_success.json");
    EXPECT_EQ(image().image_id, kId);
    for (const char* code : {"\"OK\"", "\"Success\"", "\"success\"", "\"200\"", "null", "\"\""}) {
        read_text(R"({"NonExistImageIds":[],"Code":)" + std::string{code} + "}");
    }
}

TEST_F(AnswerParserTest, RefusesAnErrorWhateverElseTheBodyHas) {
    for (const char* code :
         {"\"NoSuchResource\"", "404", "\"Throttling.User\"", "[200]", "\"oks\"", "\"2000\""}) {
        expect_refused(R"({"ImageInfo":{"ImageId":"x"},"Code":)" + std::string{code} + "}");
        expect_refused(R"({"code":)" + std::string{code} + R"(,"ImageInfo":{"ImageId":"x"}})");
    }
}

TEST_F(AnswerParserTest, RefusesWhatIsNoAnswer) {
    for (const char* body : {"",
                             " ",
                             "null",
                             "[]",
                             "{}",
                             "\"text\"",
                             "7",
                             R"({"RequestId":"r"})",
                             R"({"ImageInfo":null})",
                             R"({"ImageInfo":"x"})",
                             R"({"ImageInfo":7})",
                             R"({"ImageInfo":{"Image":"x"}})",
                             R"({"NonExistImageIds":"x"})",
                             R"({"NonExistImageIds":{"Id":["x"]}})",
                             R"({"imageinfo":[]})",
                             "\xef\xbb\xbf{\"ImageInfo\":[]}",
                             "<html></html>",
                             R"({"ImageInfo":[]}{"ImageInfo":[]})",
                             R"({"ImageInfo":[]} x)",
                             R"({"ImageInfo":[],})",
                             R"({"ImageInfo":[{]})",
                             R"({'ImageInfo':[]})",
                             R"({"ImageInfo":[{"ImageId":"a\qb"}]})",
                             R"({"ImageInfo":[{"ImageId":"a\u12"}]})",
                             R"({"ImageInfo":[{"Width":01}]})",
                             R"({"ImageInfo":[{"Width":1.}]})",
                             R"({"ImageInfo":[{"Width":NaN}]})",
                             R"({"ImageInfo":[{"Width":99999999999999999999x}]})",
                             R"({"ImageInfo":[1e400 1e400]})",
                             "{\"ImageInfo\":[{\"ImageId\":\"a\nb\"}]}",
                             "{\"ImageInfo\":[]\xff}"}) {
        SCOPED_TRACE(body);
        expect_refused(body);
    }
}

TEST_F(AnswerParserTest, RefusesEveryTruncationOfEveryAnswer) {
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(VODCATALOG_TEST_DATA "/answers")) {
        ++files;
        const std::string whole = file("answers/" + entry.path().filename().string());
        const std::size_t end = whole.find_last_of('}');
        for (std::size_t size = 0; size <= end; ++size) {
            std::string part = whole.substr(0, size);
            EXPECT_THROW(parser.read_answer(part, answer), catalog::Retryable)
                << entry.path() << " cut to " << size;
        }
        std::string all = whole;
        EXPECT_NO_THROW(parser.read_answer(all, answer)) << entry.path();
    }
    EXPECT_GE(files, 30U);
}

std::string nested(std::size_t depth) {
    return R"({"ImageInfo":[{"ImageId":"x","New":)" + std::string(depth - 3, '[') +
           std::string(depth - 3, ']') + "}]}";
}

TEST_F(AnswerParserTest, LimitsDepth) {
    read_text(nested(AnswerParser::kDepthMax));
    EXPECT_EQ(image().image_id, "x");
    expect_refused(nested(AnswerParser::kDepthMax + 1));
    expect_refused(nested(1'000'000));
}

TEST_F(AnswerParserTest, LimitsText) {
    const std::string most(AnswerParser::kTextBytesMax, 'x');
    for (const char* member : {"Title", "URL", "New"}) {
        const std::string before =
            R"({"ImageInfo":[{"ImageId":"x",")" + std::string{member} + R"(":")";
        read_text(before + most + "\"}]}");
        EXPECT_EQ(answer.image_count, 1U);
        expect_refused(before + most + "x\"}]}");
    }
}

TEST_F(AnswerParserTest, LimitsImagesAndIds) {
    const auto list = [](std::size_t count, const char* item) {
        std::string out = "[";
        for (std::size_t i = 0; i < count; ++i) out += (i == 0 ? "" : ",") + std::string{item};
        return out + "]";
    };
    read_text(R"({"ImageInfo":)" + list(AnswerParser::kImagesMax, R"({"ImageId":"x"})") + "}");
    EXPECT_EQ(answer.image_count, 1U);
    expect_refused(R"({"ImageInfo":)" + list(AnswerParser::kImagesMax + 1, R"({"ImageId":"x"})") +
                   "}");
    expect_refused(R"({"NonExistImageIds":)" + list(AnswerParser::kImagesMax + 1, R"("x")") + "}");
}

TEST_F(AnswerParserTest, LimitsMembers) {
    const auto members = [](std::size_t count) {
        std::string out = "{\"ImageId\":\"x\"";
        for (std::size_t i = 1; i < count; ++i) out += ",\"m" + std::to_string(i) + "\":1";
        return out + "}";
    };
    read_text(R"({"ImageInfo":)" + members(AnswerParser::kMembersMax) + "}");
    EXPECT_EQ(answer.image_count, 1U);
    expect_refused(R"({"ImageInfo":)" + members(AnswerParser::kMembersMax + 1) + "}");
    expect_refused(R"({"ImageInfo":{"ImageId":"x","New":)" +
                   members(AnswerParser::kMembersMax + 1) + "}}");
    expect_refused(R"({"ImageInfo":{"ImageId":"x","Mezzanine":)" +
                   members(AnswerParser::kMembersMax + 1) + "}}");
}

TEST_F(AnswerParserTest, NamesAFewOdditiesAndCountsAll) {
    std::string body = R"({"NonExistImageIds":[)";
    for (int i = 0; i < 50; ++i) body += "null,";
    body += "\"x\"]}";
    read_text(body);
    EXPECT_EQ(answer.oddities.size(), Answer::kOdditiesMax);
    EXPECT_EQ(answer.oddity_count, 50U);
}

TEST_F(AnswerParserTest, AllocatesNothingForAnAnswerLikeTheLast) {
    std::string body = R"({"RequestId":"AB99D4DF-FAFA-49DC-9C54-8C1E261E0001","ImageInfo":[)";
    const std::string single = file("answers/single.json");
    const std::size_t begin = single.find("{", 1);
    const std::string image_json = single.substr(begin, single.find_last_of('}') - begin);
    for (int i = 0; i < 20; ++i) {
        std::string one = image_json;
        one.replace(one.find(kId), 2, std::to_string(10 + i));
        one.insert(1, "\"New\":\"a text of more than a few bytes\",");
        body += (i == 0 ? "" : ",") + one;
    }
    body += "]}";
    std::string buffer;
    const auto read_again = [&] {
        buffer.assign(body);
        parser.read_answer(buffer, answer);
    };
    read_again();
    read_again();
    const std::size_t before = allocation_count();
    read_again();
    EXPECT_EQ(allocation_count() - before, 0U);
    EXPECT_EQ(answer.image_count, 20U);
}

}  // namespace
}  // namespace vodcatalog
