#include "tests/simulator/notice_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "tests/simulator/json_writer.h"

namespace simulator {
namespace {

bool write_all(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const ssize_t size = write(descriptor, text.data(), text.size());
        if (size < 0) return false;
        text.remove_prefix(static_cast<std::size_t>(size));
    }
    return true;
}

void write_file(const std::filesystem::path& file, const std::string& text) {
    const std::string fresh = file.string() + ".new";
    const int descriptor =
        open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool good = descriptor >= 0 && fchmod(descriptor, 0600) == 0 && write_all(descriptor, text);
    if (descriptor >= 0 && close(descriptor) != 0) good = false;
    if (good && std::rename(fresh.c_str(), file.c_str()) == 0) return;
    const std::string why = std::strerror(errno);
    if (descriptor >= 0) unlink(fresh.c_str());
    throw std::runtime_error("cannot write " + file.string() + ": " + why);
}

std::string ids_text(const Simulator& simulator) {
    std::string text;
    for (const std::string& id : simulator.image_ids()) text += id + "\n";
    return text;
}

std::string ready_text(const Simulator& simulator, const std::filesystem::path& ids_file) {
    std::string text;
    JsonWriter out(text);
    out.begin_object()
        .member("endpoint", simulator.endpoint())
        .member("control", simulator.control());
    out.member("access_key_id", simulator.credentials().access_key_id);
    out.member("access_key_secret", simulator.credentials().access_key_secret);
    out.member("ids_file", ids_file.string()).end_object();
    return text + "\n";
}

}  // namespace

NoticeFiles::NoticeFiles(const Simulator& simulator, const std::filesystem::path& ready_file)
    : ready_file_(std::filesystem::absolute(ready_file)), ids_file_(ready_file_.string() + ".ids") {
    write_file(ids_file_, ids_text(simulator));
    try {
        write_file(ready_file_, ready_text(simulator, ids_file_));
    } catch (...) {
        unlink(ids_file_.c_str());
        throw;
    }
}

NoticeFiles::~NoticeFiles() {
    unlink(ready_file_.c_str());
    unlink(ids_file_.c_str());
}

}  // namespace simulator
