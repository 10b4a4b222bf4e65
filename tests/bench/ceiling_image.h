#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

namespace bench {

/// An image as the server of the benchmarks sends it: every member there, nothing unexpected.
struct CeilingImage {
    std::string image_id, title, description, tags, cate_name, image_type, status, creation_time,
        storage_location, app_id, region_id, audit_status, url;
    std::int64_t cate_id = 0;
    std::string original_file_name, file_url;
    std::int64_t width = 0, height = 0, file_size = 0;

    /// Of everything but the ID.
    [[nodiscard]] std::int64_t hash() const noexcept;
};

/// Decodes answers as fast as it can be done: by name in the order in which members come, without a
/// thought for others. Throws simdjson::simdjson_error.
class CeilingParser {
public:
    /// Appends the images of `body` to images[count...], reusing their memory, and sets
    /// `request_id`. `body` must have 64 bytes of spare capacity.
    void read(const std::string& body, bool list, std::vector<CeilingImage>& images,
              std::size_t& count, std::string& request_id);

private:
    simdjson::ondemand::parser parser_;
};

}  // namespace bench
