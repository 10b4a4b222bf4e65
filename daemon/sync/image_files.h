#pragma once

#include <cstddef>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "daemon/sync/id_load.h"

namespace vodcatalog {

/// How much of an account's ID files is taken.
struct ImageFileLimits {
    std::size_t file_bytes_max = 256 * 1024 * 1024;
    std::size_t files_max = 10'000;
    std::size_t ids_max = 5'000'000;  ///< Over all files.
};

/// The ID lists of one account, `image_files` of the settings: patterns (absolute paths with *, ?,
/// [...]; a backslash takes a letter as it is) that name files with one ID a line. Reads files; one
/// thread at a time.
class ImageFiles {
public:
    explicit ImageFiles(std::vector<std::string> patterns, const ImageFileLimits& limits = {})
        : patterns_(std::move(patterns)), limits_(limits) {}

    struct Reading {
        /// So many problems are kept; the last then counts the others.
        static constexpr std::size_t kProblemsMax = 100;

        /// All IDs that could be read; never null. `incomplete` if anything could not: a file or
        /// folder that cannot be read, a missing file that is named without a pattern, a limit, a
        /// bad line, or no file where there were some. Then what was read counts, and what was
        /// named before stays.
        std::shared_ptr<IdSet> ids;
        std::size_t files = 0;    ///< Read to their end.
        std::size_t doubled = 0;  ///< Lines that repeat another one's ID, in whichever file.
        std::size_t bad = 0;      ///< Lines that hold no valid ID.
        std::vector<std::string>
            problems;  ///< For people; each names its file or pattern, some also the line.
    };

    /// True if the files are not those of the last read(): another name, size, time of change or
    /// inode.
    [[nodiscard]] bool changed() const;
    /// Never throws for what the files hold or lack: that is in `problems`. Takes the bytes of the
    /// files and 32 bytes an ID.
    [[nodiscard]] Reading read();

private:
    using Fingerprint = std::vector<std::string>;
    [[nodiscard]] static Fingerprint fingerprint(const std::set<std::string>& files);

    std::vector<std::string> patterns_;
    ImageFileLimits limits_;
    Fingerprint last_;
    bool read_once_ = false;
    bool had_files_ = false;
};

/// A set of the IDs in a list of texts.
[[nodiscard]] std::shared_ptr<IdSet> make_id_set(const std::vector<std::string>& image_ids);

}  // namespace vodcatalog
