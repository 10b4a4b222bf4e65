#include "catalog/image_id.h"

#include <gtest/gtest.h>

namespace catalog {
namespace {

TEST(ImageIdTest, PrintableAsciiWithoutCommaOrBlankIsAnId) {
    EXPECT_TRUE(is_image_id("bbc65bba53f94e4f8b6fed90de118a78"));
    EXPECT_TRUE(is_image_id("!#$%-_.~"));
    EXPECT_TRUE(is_image_id(std::string(kImageIdBytesMax, 'a')));
}

TEST(ImageIdTest, AnythingElseIsRefusedWithItsReason) {
    EXPECT_EQ(image_id_fault(""), "is empty");
    EXPECT_EQ(image_id_fault(std::string(kImageIdBytesMax + 1, 'a')), "is longer than 128 bytes");
    EXPECT_EQ(image_id_fault("a,b"), "has a comma");
    EXPECT_EQ(image_id_fault("a b"), "has a blank inside");
    EXPECT_EQ(image_id_fault("a\tb"), "has a blank inside");
    EXPECT_EQ(image_id_fault("a\n"), "has a control character");
    EXPECT_EQ(image_id_fault(std::string_view("a\0b", 3)), "has a control character");
    EXPECT_EQ(image_id_fault("a\x7f"), "has a control character");
    EXPECT_EQ(image_id_fault("caf\xc3\xa9"), "has a character that is not ASCII");
    EXPECT_EQ(image_id_fault("a\xff"), "has a character that is not ASCII");
    EXPECT_FALSE(is_image_id("a,b"));
}

}  // namespace
}  // namespace catalog
