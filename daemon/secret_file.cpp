#include "daemon/secret_file.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>

#include "catalog/error.h"
#include "daemon/file_content.h"

namespace vodcatalog {
namespace {

constexpr std::size_t kSecretBytesMax = 16 * 1024;

/// `path` as a shell takes it.
std::string shell_word(const std::string& path) {
    const auto plain = [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
               (letter >= '0' && letter <= '9') ||
               std::string_view("/._-").find(letter) != std::string_view::npos;
    };
    if (std::all_of(path.begin(), path.end(), plain)) return path;
    std::string word = "'";
    for (const char letter : path) {
        if (letter == '\'') {
            word += "'\\''";
        } else {
            word += letter;
        }
    }
    return word + "'";
}

}  // namespace

std::string secret_word(std::string_view text) {
    constexpr std::string_view kAround = " \t\r\n";
    const std::size_t begin = text.find_first_not_of(kAround);
    if (begin == std::string_view::npos) throw catalog::Unusable("is empty");
    text = text.substr(begin, text.find_last_not_of(kAround) - begin + 1);
    if (!std::all_of(text.begin(), text.end(),
                     [](char letter) { return letter > ' ' && letter < 0x7f; })) {
        throw catalog::Unusable("must be one word of printable ASCII, without blanks inside");
    }
    return std::string(text);
}

SecretFile::SecretFile(std::string name, const std::filesystem::path& folder)
    : credential_(name.find('/') == std::string::npos) {
    path_ =
        credential_ ? std::filesystem::path(std::move(name)) : (folder / name).lexically_normal();
}

std::filesystem::path SecretFile::place() const {
    if (!credential_) return path_;
    const char* const folder = std::getenv("CREDENTIALS_DIRECTORY");
    if (folder == nullptr || *folder == '\0') {
        throw catalog::Unusable(
            "has no slash, so it names a systemd credential, but systemd passed none; "
            "use LoadCredential= in the unit, or give a path");
    }
    return std::filesystem::path(folder) / path_;
}

std::string SecretFile::fingerprint() const {
    struct stat status {};
    try {
        if (!given() || stat(place().c_str(), &status) != 0) return {};
    } catch (const catalog::Unusable&) {
        return {};  // which read() tells
    }
    return fmt::format("{}:{}:{}:{}:{}.{}", status.st_dev, status.st_ino, status.st_mode,
                       status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
}

SecretFile::Text SecretFile::read_text() const {
    const std::filesystem::path path = place();
    const std::string shown = credential_ ? "the systemd credential of that name" : path_.string();
    const auto refuse = [&](std::string_view fault, std::string_view advice) {
        return catalog::Unusable(fmt::format("names {}, which {}; {}", shown, fault, advice));
    };
    constexpr std::string_view kAdvice = "put the secret alone into it, readable by this user only";
    FileContent file;
    try {
        file = read_file(path, kSecretBytesMax);
    } catch (const catalog::Retryable& error) {
        throw refuse(error.what(), kAdvice);
    }
    if (!credential_ && (file.mode & 077) != 0) {
        throw refuse(fmt::format("group or others may use (mode {:04o})", file.mode),
                     "run: chmod 600 " + shell_word(shown));
    }
    try {
        return {secret_word(file.text), file.text.ends_with('\n')};
    } catch (const catalog::Unusable& error) {
        throw refuse(error.what(), kAdvice);
    }
}

}  // namespace vodcatalog
