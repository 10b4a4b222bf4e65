#include "tests/bench/image_frame.h"

#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>

namespace bench {
namespace {

constexpr std::uint64_t kStride = 0x9e3779b97f4a7c15;  // odd, so it has an inverse modulo 2^64

constexpr std::uint64_t inverse(std::uint64_t odd) noexcept {
    std::uint64_t x = odd;  // right in the lowest 3 bits; each step doubles them
    for (int i = 0; i < 5; ++i) x *= 2 - odd * x;
    return x;
}
static_assert(kStride * inverse(kStride) == 1);

void write_hex(std::uint64_t value, char* place, std::size_t digits) noexcept {
    for (std::size_t i = digits; i-- > 0; value >>= 4) place[i] = "0123456789abcdef"[value & 15];
}
void write_decimal(std::uint64_t value, char* place, std::size_t digits) noexcept {
    for (std::size_t i = digits; i-- > 0; value /= 10)
        place[i] = static_cast<char>('0' + value % 10);
}

}  // namespace

std::array<char, 32> id_of(std::uint64_t index) noexcept {
    std::array<char, 32> id{};
    write_hex(index * kStride, id.data(), 16);
    write_hex(~(index * inverse(kStride)), id.data() + 16, 16);
    return id;
}

std::optional<std::uint64_t> index_of(std::string_view image_id) noexcept {
    std::uint64_t half = 0;
    if (image_id.size() != 32) return std::nullopt;
    const auto [stop, error] = std::from_chars(image_id.data(), image_id.data() + 16, half, 16);
    if (error != std::errc{} || stop != image_id.data() + 16) return std::nullopt;
    return half * inverse(kStride);
}

ImageFrame::ImageFrame() : normal_(make("Normal")), failed_(make("UploadFail")) {}

ImageFrame::Text ImageFrame::make(std::string_view status) {
    Text text;
    const auto put = [&text](std::string_view piece) { text.json += piece; };
    const auto leave = [&text](Hole hole, std::size_t width) {
        text.places.push_back({hole, text.json.size()});
        text.json.append(width, '_');
    };
    put(R"({"CreationTime":"2024-05-)");
    leave(Hole::created, 11);
    put(R"(Z","StorageLocation":"outin-6e1a3bfcd4cf11e9bd7a00163e.oss-cn-shanghai.aliyuncs.com",)"
        R"("Status":")");
    put(status);
    put(R"(","CateId":254766071,"Tags":"spring,catalogue,front","ImageType":"default",)"
        R"("CateName":"Products","Description":"Taken for the catalogue, front view",)"
        R"("AppId":"app-1000000","URL":"http://img.example.com/image/default/)");
    leave(Hole::stem, 32);
    put(R"(.png?auth_key=1767324845-)");
    leave(Hole::signature, 32);
    put(R"(-0-80cd3862d699b7118eed99103f2a3a4f","Title":"Product )");
    leave(Hole::title, 9);
    put(R"( front.png","ImageId":")");
    leave(Hole::id, 32);
    put(R"(","RegionId":"cn-shanghai","AuditStatus":"Normal","Mezzanine":{"FileURL":)"
        R"("https://outin-6e1a3bfcd4cf11e9bd7a00163e.oss-cn-shanghai.aliyuncs.com/image/default/)");
    leave(Hole::stem, 32);
    put(R"(.png?Expires=1767326645&OSSAccessKeyId=LTAIexampleexample&Signature=)");
    leave(Hole::signature, 32);
    put(R"(","OriginalFileName":"product-)");
    leave(Hole::title, 9);
    put(R"(.png","Width":)");
    leave(Hole::width, 4);
    put(R"(,"Height":)");
    leave(Hole::height, 4);
    put(R"(,"FileSize":")");
    leave(Hole::size, 8);
    put(R"("}})");
    return text;
}

void ImageFrame::fill(Hole hole, std::uint64_t index, std::uint64_t generation, std::uint64_t call,
                      char* place) {
    switch (hole) {
        case Hole::id:
            std::ranges::copy(id_of(index), place);
            return;
        case Hole::stem: {
            const auto id = id_of(~index);
            std::ranges::copy(id, place);
            return;
        }
        case Hole::title:
            write_decimal(index, place, 9);
            return;
        case Hole::created: {  // "17T03:04:05"
            const std::uint64_t second = index % (20 * 86'400);
            write_decimal(10 + second / 86'400, place, 2);
            place[2] = 'T';
            write_decimal(second / 3'600 % 24, place + 3, 2);
            place[5] = ':';
            write_decimal(second / 60 % 60, place + 6, 2);
            place[8] = ':';
            write_decimal(second % 60, place + 9, 2);
            return;
        }
        case Hole::width:
            write_decimal(1'000 + index % 3'000, place, 4);
            return;
        case Hole::height:
            write_decimal(1'000 + index % 2'000, place, 4);
            return;
        case Hole::size:
            write_decimal(10'000'000 + (index % 1'000) * 10'000 + generation % 10'000, place, 8);
            return;
        case Hole::signature:
            write_hex(call * kStride, place, 16);
            write_hex(index ^ call << 32, place + 16, 16);
            return;
    }
}

void ImageFrame::append(std::uint64_t index, std::uint64_t generation, std::uint64_t call,
                        std::string& out) const {
    const bool has_failed = index % 10 == 0 && generation % 2 == 1;
    const Text& text = has_failed ? failed_ : normal_;
    const std::size_t begin = out.size();
    out += text.json;
    for (const Place& place : text.places)
        fill(place.hole, index, generation, call, out.data() + begin + place.at);
}

}  // namespace bench
