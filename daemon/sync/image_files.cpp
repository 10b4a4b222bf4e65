#include "daemon/sync/image_files.h"

#include <fmt/format.h>
#include <glob.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdint>
#include <set>
#include <string_view>

#include "catalog/error.h"
#include "daemon/file_content.h"
#include "daemon/sync/id_list.h"

namespace vodcatalog {
namespace {

constexpr std::string_view kKept = "; until that is mended its images stay watched";

/// The path that `pattern` is without being a pattern; empty if it is one.
std::string plain_path(std::string_view pattern) {
    std::string path;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (std::string_view("*?[").find(pattern[i]) != std::string_view::npos) return {};
        if (pattern[i] == '\\' && i + 1 < pattern.size()) ++i;
        path += pattern[i];
    }
    return path;
}

/// What glob() found, and freed.
class Matches {
public:
    /// A folder that cannot be read is an error, so that its files are not taken for removed.
    explicit Matches(const std::string& pattern)
        : result_(glob(pattern.c_str(), GLOB_ERR | GLOB_NOSORT, nullptr, &found_)) {}
    ~Matches() { globfree(&found_); }
    Matches(const Matches&) = delete;
    Matches& operator=(const Matches&) = delete;

    [[nodiscard]] bool failed() const noexcept { return result_ != 0 && result_ != GLOB_NOMATCH; }
    [[nodiscard]] std::size_t size() const noexcept { return result_ == 0 ? found_.gl_pathc : 0; }
    [[nodiscard]] const char* operator[](std::size_t i) const noexcept {
        return found_.gl_pathv[i];
    }

private:
    glob_t found_{};
    int result_;
};

/// The files that patterns name, and what is wrong with the naming.
struct Found {
    std::set<std::string> files;
    std::vector<std::string> unmatched;   ///< Patterns that no file matches.
    std::vector<std::string> unreadable;  ///< Patterns whose folder cannot be read.
};

Found find_files(const std::vector<std::string>& patterns) {
    Found found;
    for (const std::string& pattern : patterns) {
        if (std::string path = plain_path(pattern); !path.empty()) {
            found.files.insert(std::move(path));
            continue;
        }
        const Matches matches(pattern);
        if (matches.failed()) {
            found.unreadable.push_back(pattern);
        } else if (matches.size() == 0) {
            found.unmatched.push_back(pattern);
        }
        for (std::size_t i = 0; i < matches.size(); ++i) found.files.insert(matches[i]);
    }
    return found;
}

/// Gathers the IDs of one file after the other. The files are kept as they are, for the IDs are
/// views into them: there is no second copy of a million IDs.
class Reader {
public:
    explicit Reader(const ImageFileLimits& limits) : limits_(limits) {}

    void read(Found found);
    void incomplete(std::string what) {
        ids_->incomplete = true;
        result_.problems.push_back(std::move(what));
    }
    [[nodiscard]] ImageFiles::Reading finish();

private:
    void read(const std::string& path);

    const ImageFileLimits limits_;
    ImageFiles::Reading result_;
    std::shared_ptr<IdSet> ids_ = std::make_shared<IdSet>();
};

void Reader::read(Found found) {
    for (const std::string& pattern : found.unreadable) {
        incomplete(
            fmt::format("{}: the folder does not exist or may not be read{}", pattern, kKept));
    }
    for (const std::string& pattern : found.unmatched) {
        result_.problems.push_back(pattern + ": no file has a name like this; check image_files");
    }
    if (found.files.size() > limits_.files_max) {
        incomplete(fmt::format("{} files of image IDs, {} are read; put more IDs into one",
                               found.files.size(), limits_.files_max));
        found.files.erase(
            std::next(found.files.begin(), static_cast<std::ptrdiff_t>(limits_.files_max)),
            found.files.end());
    }
    for (const std::string& path : found.files) read(path);
}

void Reader::read(const std::string& path) {
    FileContent content;
    try {
        content = read_file(path, limits_.file_bytes_max);
    } catch (const catalog::Retryable& error) {
        incomplete(fmt::format("{}: {}{}", path, error.what(), kKept));
        return;
    }
    const std::string& text = ids_->files.emplace_back(std::move(content.text));
    IdList list = read_id_list(text, path, limits_.ids_max - ids_->image_ids.size());
    result_.bad += list.bad;
    result_.doubled += list.doubled;
    for (std::string& what : list.problems) incomplete(std::move(what));
    if (list.too_long) {
        incomplete(
            fmt::format("{}: more than {} image IDs in the account's files; use another account or "
                        "daemon for the others",
                        path, limits_.ids_max));
    } else {
        ++result_.files;
    }
    if (list.image_ids.empty()) {
        ids_->files.pop_back();
    } else if (ids_->image_ids.empty()) {
        ids_->image_ids = std::move(list.image_ids);
    } else {
        ids_->image_ids.insert(ids_->image_ids.end(), list.image_ids.begin(), list.image_ids.end());
    }
}

ImageFiles::Reading Reader::finish() {
    if (ids_->files.size() > 1) result_.doubled += sort_ids(ids_->image_ids);
    constexpr std::size_t kMax = ImageFiles::Reading::kProblemsMax;
    if (const std::size_t count = result_.problems.size(); count > kMax) {
        result_.problems.resize(kMax - 1);
        result_.problems.push_back(
            fmt::format("and {} problems more with files of image IDs", count - kMax + 1));
    }
    result_.ids = std::move(ids_);
    return std::move(result_);
}

}  // namespace

ImageFiles::Fingerprint ImageFiles::fingerprint(const std::set<std::string>& files) {
    Fingerprint print;
    for (const std::string& file : files) {
        struct stat status {};
        if (stat(file.c_str(), &status) != 0) {
            print.push_back(file);
            continue;
        }
        // Also of its mode: it may become readable.
        const timespec changed = status.st_ctim;
        print.push_back(fmt::format("{} {} {} {}.{}", file, status.st_ino, status.st_size,
                                    changed.tv_sec, changed.tv_nsec));
    }
    return print;
}

bool ImageFiles::changed() const {
    return !read_once_ || fingerprint(find_files(patterns_).files) != last_;
}

ImageFiles::Reading ImageFiles::read() {
    Found found = find_files(patterns_);
    Reader reader(limits_);
    // One list that is there no more has lost its IDs; all of them gone are more likely a mistake.
    if (found.files.empty() && had_files_) {
        reader.incomplete(
            fmt::format("{}: all files of image IDs are gone{}", patterns_[0], kKept));
    }
    had_files_ = had_files_ || !found.files.empty();
    // Taken before reading: what changes meanwhile is read again.
    last_ = fingerprint(found.files);
    read_once_ = true;
    reader.read(std::move(found));
    return reader.finish();
}

std::shared_ptr<IdSet> make_id_set(const std::vector<std::string>& image_ids) {
    auto ids = std::make_shared<IdSet>();
    for (const std::string& id : image_ids) ids->text += id;
    std::string_view rest = ids->text;
    for (const std::string& id : image_ids) {
        ids->image_ids.push_back(rest.substr(0, id.size()));
        rest.remove_prefix(id.size());
    }
    sort_ids(ids->image_ids);
    return ids;
}

}  // namespace vodcatalog
