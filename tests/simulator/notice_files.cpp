#include "tests/simulator/notice_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <stdexcept>

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

std::string ids_text(const Simulator::AccountView& account) {
    std::string text;
    for (const std::string& id : account.image_ids) text += id + "\n";
    return text;
}

void write_account(JsonWriter& out, const Simulator::AccountView& account,
                   const std::string& ids_file) {
    out.begin_object().member("name", account.name).member("region", account.region);
    out.member("endpoint", account.endpoint);
    out.member("access_key_id", account.credentials.access_key_id);
    out.member("access_key_secret", account.credentials.access_key_secret);
    out.member("role_arn", account.role_arn);
    out.member("oidc_provider_arn", account.oidc_provider_arn);
    out.member("ids_file", ids_file).end_object();
}

}  // namespace

NoticeFiles::NoticeFiles(const Simulator& simulator, const std::filesystem::path& ready_file) {
    const std::string ready = std::filesystem::absolute(ready_file).string();
    try {
        std::string text;
        JsonWriter out(text);
        out.begin_object().member("endpoint", simulator.endpoint());
        out.member("control", simulator.control());
        out.member("access_key_id", simulator.credentials().access_key_id);
        out.member("access_key_secret", simulator.credentials().access_key_secret);
        out.member("ids_file", ready + ".ids").key("accounts").begin_array();
        for (const Simulator::AccountView& account : simulator.accounts()) {
            const bool main = files_.empty();
            const std::string ids = ready + (main ? "" : "." + account.name) + ".ids";
            write(ids, ids_text(account));
            write_account(out, account, ids);
        }
        out.end_array().end_object();
        write(ready, text + "\n");
    } catch (...) {
        remove();
        throw;
    }
}

void NoticeFiles::write(const std::filesystem::path& file, const std::string& text) {
    write_file(file, text);
    files_.push_back(file);
}

void NoticeFiles::remove() noexcept {
    // The ready file first: it names the others.
    for (auto file = files_.rbegin(); file != files_.rend(); ++file) unlink(file->c_str());
}

NoticeFiles::~NoticeFiles() {
    remove();
}

}  // namespace simulator
