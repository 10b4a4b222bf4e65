#include "daemon/sync/image_files.h"

#include <fcntl.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "daemon/sync/id_list.h"

namespace vodcatalog {
namespace {

namespace fs = std::filesystem;

/// Appends the file's bytes to `text`; the reason if that is not possible.
std::string append_file(const fs::path& file, std::string& text) {
    const int descriptor = open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) return std::strerror(errno);
    struct stat status {};
    std::string problem;
    if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode))
        problem = "it is no regular file";
    if (problem.empty() &&
        static_cast<std::uintmax_t>(status.st_size) > ImageFiles::kFileBytesMax) {
        problem = "it is larger than 256 MiB";
    }
    const std::size_t begin = text.size();
    for (ssize_t n = 1; problem.empty() && n > 0;) {
        const std::size_t had = text.size();
        text.resize(had + 64 * 1024);
        n = ::read(descriptor, text.data() + had, 64 * 1024);
        text.resize(had + static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
        if (n < 0) problem = std::strerror(errno);
        if (text.size() - begin > ImageFiles::kFileBytesMax) problem = "it is larger than 256 MiB";
    }
    close(descriptor);
    if (!problem.empty()) text.resize(begin);
    return problem;
}

void sort_and_unite(std::vector<std::string_view>& image_ids) {
    std::sort(image_ids.begin(), image_ids.end());
    image_ids.erase(std::unique(image_ids.begin(), image_ids.end()), image_ids.end());
}

}  // namespace

std::vector<fs::path> ImageFiles::files(std::vector<std::string>* problems) const {
    std::vector<fs::path> found;
    for (const std::string& pattern : patterns_) {
        glob_t matches{};
        const int result = glob(pattern.c_str(), GLOB_NOSORT, nullptr, &matches);
        for (std::size_t i = 0; i < matches.gl_pathc; ++i) found.emplace_back(matches.gl_pathv[i]);
        globfree(&matches);
        if (result != 0 && problems != nullptr) {
            problems->push_back(pattern + ": no file has a name like this; check image_files");
        }
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

ImageFiles::Fingerprint ImageFiles::fingerprint(const std::vector<fs::path>& files) {
    Fingerprint print;
    for (const fs::path& file : files) {
        struct stat status {};
        std::string line = file.string();
        if (stat(file.c_str(), &status) == 0) {
            for (const auto number : {static_cast<std::int64_t>(status.st_ino),
                                      static_cast<std::int64_t>(status.st_size),
                                      static_cast<std::int64_t>(status.st_mtim.tv_sec),
                                      static_cast<std::int64_t>(status.st_mtim.tv_nsec)}) {
                line += ' ' + std::to_string(number);
            }
        }
        print.push_back(std::move(line));
    }
    return print;
}

bool ImageFiles::changed() const {
    return !read_once_ || fingerprint(files(nullptr)) != last_;
}

ImageFiles::Reading ImageFiles::read() {
    Reading reading;
    reading.ids = std::make_shared<IdSet>();
    IdSet& ids = *reading.ids;
    const auto names = files(&reading.problems);
    // Taken before reading: what changes meanwhile is read again.
    last_ = fingerprint(names);
    // A list that is there no more has lost its IDs, unless that was all there was: then it is more
    // likely a mistake.
    if (names.empty() && read_once_) ids.incomplete = true;
    read_once_ = true;
    std::vector<std::size_t> ends;
    for (const fs::path& name : names) {
        const std::string problem = append_file(name, ids.text);
        if (!problem.empty()) {
            ids.incomplete = true;
            reading.problems.push_back(name.string() + ": cannot be read (" + problem +
                                       "); its IDs stay as they were");
        }
        ends.push_back(ids.text.size());
    }
    std::size_t begin = 0;
    for (std::size_t i = 0; i < names.size(); begin = ends[i++]) {
        IdList list = read_id_list(std::string_view(ids.text).substr(begin, ends[i] - begin),
                                   names[i].string());
        ids.image_ids.insert(ids.image_ids.end(), list.image_ids.begin(), list.image_ids.end());
        std::move(list.problems.begin(), list.problems.end(), std::back_inserter(reading.problems));
        if (list.problem_count > list.problems.size()) {
            reading.problems.push_back(names[i].string() + ": " +
                                       std::to_string(list.problem_count) +
                                       " lines in all are no image ID");
        }
    }
    sort_and_unite(ids.image_ids);
    if (ids.image_ids.size() > kIdsMax) {
        reading.problems.push_back("more than 5000000 image IDs; the rest is left out");
        ids.image_ids.resize(kIdsMax);
        ids.incomplete = true;
    }
    return reading;
}

std::shared_ptr<IdSet> make_id_set(const std::vector<std::string>& image_ids) {
    auto ids = std::make_shared<IdSet>();
    for (const std::string& id : image_ids) ids->text += id;
    std::size_t at = 0;
    for (const std::string& id : image_ids) {
        ids->image_ids.push_back(std::string_view(ids->text).substr(at, id.size()));
        at += id.size();
    }
    sort_and_unite(ids->image_ids);
    return ids;
}

}  // namespace vodcatalog
