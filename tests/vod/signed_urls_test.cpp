#include "daemon/vod/signed_urls.h"

#include <gtest/gtest.h>

#include <string>

#include "catalog/error.h"

namespace vodcatalog {
namespace {

const std::string kUrl = "http://h/a.png?auth_key=1-0-0-f";
const std::string kFileUrl = "https://b/a.png?Expires=1&OSSAccessKeyId=k&Signature=s%3D";

SignedUrls read(std::string body, std::string_view image_id = "an-image") {
    return read_signed_urls(body, image_id);
}

TEST(SignedUrls, AreReadAsTheyWereSignedFromEveryFormOfTheAnswer) {
    const std::string image = std::string(R"({"ImageId":"an-image","URL":")") + kUrl +
                              R"(","Mezzanine":{"FileURL":")" + kFileUrl + R"("}})";
    const std::string other = R"({"ImageId":"another","URL":"http://h/other"})";
    for (const std::string& images :
         {image, "[" + other + "," + image + "]", R"({"Image":[)" + image + "," + other + "]}"}) {
        const SignedUrls urls = read(R"({"RequestId":"r","ImageInfo":)" + images + "}");
        EXPECT_EQ(urls.url, kUrl) << images;
        EXPECT_EQ(urls.file_url, kFileUrl) << images;
    }
}

TEST(SignedUrls, TakeTheSourceFilesUrlFromItsNameWhereOldAnswersHaveIt) {
    const auto file_url = [](const std::string& mezzanine) {
        return read(R"({"ImageInfo":{"ImageId":"an-image","Mezzanine":{)" + mezzanine + "}}}")
            .file_url;
    };
    const std::string name = std::string(R"("OriginalFileName":")") + kFileUrl + '"';
    EXPECT_EQ(file_url(name), kFileUrl);
    EXPECT_EQ(file_url(name + R"(,"FileURL":null)"), kFileUrl);
    EXPECT_EQ(file_url(name + R"(,"FileURL":"https://b/b.png")"), "https://b/b.png");
    EXPECT_EQ(file_url(R"("OriginalFileName":"a.png")"), std::nullopt);
}

TEST(SignedUrls, AreAbsentWhereTheAnswerHasNone) {
    for (const char* body :
         {R"({"ImageInfo":{"ImageId":"an-image"}})", R"({"ImageInfo":[]})", "{}", "[]", "1",
          R"({"ImageInfo":{"ImageId":"an-image","URL":"","Mezzanine":[]}})",
          R"({"ImageInfo":{"ImageId":"an-image","URL":7,"Mezzanine":null}})",
          R"({"ImageInfo":{"ImageId":"another","URL":"http://h/a"}})"}) {
        const SignedUrls urls = read(body);
        EXPECT_EQ(urls.url, std::nullopt) << body;
        EXPECT_EQ(urls.file_url, std::nullopt) << body;
    }
    EXPECT_THROW(read("{"), catalog::Retryable);
}

}  // namespace
}  // namespace vodcatalog
