#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

/// The ID of the image with that index: 32 hex digits, in no order. Pure.
[[nodiscard]] std::array<char, 32> id_of(std::uint64_t index) noexcept;
/// The index of that ID; any 32 hex digits have one. Nothing if it cannot be an ID.
[[nodiscard]] std::optional<std::uint64_t> index_of(std::string_view image_id) noexcept;

/// The JSON of one image with all its members, made once, with holes for what differs from image to
/// image and from call to call. Filling it costs a copy of about 900 bytes.
///
/// From one generation to the next every image's Mezzanine.FileSize changes, and the Status of one
/// in ten: one is Normal in even generations, UploadFail in odd ones. The signatures of both URLs
/// differ from call to call.
class ImageFrame {
public:
    ImageFrame();

    /// Appends image `index` as it is in `generation`. `call` makes the signatures.
    void append(std::uint64_t index, std::uint64_t generation, std::uint64_t call,
                std::string& out) const;

private:
    /// What a hole is filled with: all of fixed width.
    enum class Hole { id, title, created, stem, size, width, height, signature };
    struct Place {
        Hole hole;
        std::size_t at;
    };
    struct Text {
        std::string json;
        std::vector<Place> places;
    };
    static Text make(std::string_view status);
    static void fill(Hole hole, std::uint64_t index, std::uint64_t generation, std::uint64_t call,
                     char* place);

    Text normal_;
    Text failed_;
};

}  // namespace bench
