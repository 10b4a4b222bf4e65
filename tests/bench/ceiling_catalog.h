#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/ceiling_image.h"

namespace bench {

/// An image of the catalog and its row in the poll queue.
struct CeilingRow {
    std::int64_t image_key = 0, account_key = 0, tier = 0, due_at = 0, generation = 0;
    std::int64_t content_hash = 0;
    std::string image_id;
};

/// Writes answers into the project's own tables by SQLite's C API, and leaves the rows the daemon
/// would: image_info, mezzanine, image_change, status_change, poll_queue. It knows which members
/// the server changes and looks at no others. Settings of the session are the daemon's, but that it
/// checks no foreign keys.
class CeilingCatalog {
public:
    explicit CeilingCatalog(const std::filesystem::path& file);
    ~CeilingCatalog();
    CeilingCatalog(const CeilingCatalog&) = delete;
    CeilingCatalog& operator=(const CeilingCatalog&) = delete;

    /// All images, in key order.
    [[nodiscard]] std::vector<CeilingRow> rows();

    /// What is to be written of one image.
    struct Answer {
        CeilingRow* row;
        const CeilingImage* image;
        std::string_view request_id;
    };
    /// One transaction. Brings the rows up to date.
    void record(std::span<const Answer> answers, std::int64_t now);

private:
    struct Session;
    void write(const Answer& answer, std::int64_t now);
    void reschedule(CeilingRow& row, std::int64_t now);

    std::unique_ptr<Session> session_;
};

}  // namespace bench
