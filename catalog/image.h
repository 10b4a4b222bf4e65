#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace catalog {

/// The source file of an image, as the cloud describes it. An absent member is nullopt, never 0 or
/// "".
struct Mezzanine {
    std::optional<std::string> original_file_name;  ///< Without a signature, see Image::url.
    std::optional<std::int64_t> width;              ///< Pixels.
    std::optional<std::int64_t> height;             ///< Pixels.
    std::optional<std::int64_t> file_size;          ///< Bytes.
    std::optional<std::string> file_url;            ///< Without its signature, see Image::url.
    bool file_url_signed = false;
    std::optional<std::string> extra;  ///< JSON object, see Image::extra.

    bool operator==(const Mezzanine&) const = default;
};

/// What the cloud says about one image: the members of GetImageInfo's `ImageInfo`, in the catalog's
/// names.
///
/// URLs here have passed stable_url() already: a value of this type holds no signature.
struct Image {
    std::string image_id;
    std::optional<std::string> title;
    std::optional<std::string> description;
    std::optional<std::string> tags;  ///< Comma separated, as the cloud sends them.
    std::optional<std::int64_t> cate_id;
    std::optional<std::string> cate_name;
    std::optional<std::string> image_type;  ///< `default`, `cover` and others: an open list.
    std::optional<std::string>
        status;  ///< `Uploading`, `Normal`, `UploadFail` and others: an open list.
    std::optional<std::string> creation_time;  ///< The cloud's own text.
    std::optional<std::string> storage_location;
    std::optional<std::string> app_id;
    std::optional<std::string> region_id;
    std::optional<std::string> audit_status;
    std::optional<std::string> url;
    bool url_signed = false;  ///< The URL came with a signature, which was taken off.
    /// JSON object of the members that have no column, and of those that have one but hold
    /// something that does not fit it. Keys in the answer's order.
    std::optional<std::string> extra;
    std::optional<Mezzanine> mezzanine;

    bool operator==(const Image&) const = default;
};

inline constexpr const char* kUploading = "Uploading";
inline constexpr const char* kNormal = "Normal";
inline constexpr const char* kUploadFail = "UploadFail";

/// 64 bits of everything in `image` but image_id, for telling at little cost that an answer is
/// unchanged. Absent and empty differ. Stored, so the function may only change together with a
/// migration that clears poll_queue.content_hash (or at the price of one full comparison per
/// image).
[[nodiscard]] std::int64_t content_hash(const Image& image) noexcept;

}  // namespace catalog
