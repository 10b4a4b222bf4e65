#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "daemon/sync/id_load.h"

namespace vodcatalog {

/// The ID lists of one account, `image_files` of the settings: patterns that name files with one ID
/// a line. Reads files; one thread at a time.
class ImageFiles {
public:
    static constexpr std::uintmax_t kFileBytesMax = 256 * 1024 * 1024;
    static constexpr std::size_t kIdsMax = 5'000'000;

    explicit ImageFiles(std::vector<std::string> patterns) : patterns_(std::move(patterns)) {}

    struct Reading {
        /// All files' IDs. `incomplete` where a file could not be read whole: what it named before
        /// stays.
        std::shared_ptr<IdSet> ids;
        std::vector<std::string> problems;  ///< For people; each names its file.
    };

    /// True if the files are not those of the last read(): another name, size, time of change or
    /// inode.
    [[nodiscard]] bool changed() const;
    /// Never throws for what the files hold or lack: that is in `problems`.
    [[nodiscard]] Reading read();

private:
    using Fingerprint = std::vector<std::string>;
    [[nodiscard]] std::vector<std::filesystem::path> files(
        std::vector<std::string>* problems) const;
    [[nodiscard]] static Fingerprint fingerprint(const std::vector<std::filesystem::path>& files);

    std::vector<std::string> patterns_;
    Fingerprint last_;
    bool read_once_ = false;
};

/// A set of the IDs in a list of texts.
[[nodiscard]] std::shared_ptr<IdSet> make_id_set(const std::vector<std::string>& image_ids);

}  // namespace vodcatalog
