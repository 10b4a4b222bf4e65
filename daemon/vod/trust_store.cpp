#include "daemon/vod/trust_store.h"

#include <openssl/err.h>

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <vector>

#include "catalog/error.h"

namespace vodcatalog {
namespace {

/// What tells one version of a file from the next.
struct Version {
    std::filesystem::file_time_type written_at;
    std::uintmax_t size = 0;

    bool operator==(const Version&) const = default;
};

struct Known {
    std::string ca_file;
    Version version;
    std::weak_ptr<X509_STORE> store;
};

std::shared_ptr<X509_STORE> read(const std::string& ca_file) {
    const std::shared_ptr<X509_STORE> store(X509_STORE_new(), X509_STORE_free);
    ERR_clear_error();
    const int read = ca_file.empty() ? X509_STORE_set_default_paths(store.get())
                                     : X509_STORE_load_file(store.get(), ca_file.c_str());
    const char* why = ERR_reason_error_string(ERR_peek_last_error());
    ERR_clear_error();
    if (read == 1) return store;
    throw catalog::Unusable("cannot read certificates to trust from " +
                            (ca_file.empty() ? std::string("the system's folder") : ca_file) +
                            (why == nullptr ? "" : std::string(": ") + why) +
                            "; give a readable file of PEM certificates");
}

}  // namespace

std::shared_ptr<X509_STORE> trust_store(const std::string& ca_file) {
    static std::mutex mutex;
    static std::vector<Known> known;  // guarded by mutex

    std::error_code ignored;  // read() tells of it
    Version version;
    if (!ca_file.empty()) {
        version.written_at = std::filesystem::last_write_time(ca_file, ignored);
        version.size = std::filesystem::file_size(ca_file, ignored);
    }
    const std::lock_guard lock(mutex);
    std::erase_if(known, [](const Known& one) { return one.store.expired(); });
    for (const Known& one : known) {
        if (one.ca_file != ca_file || one.version != version) continue;
        if (std::shared_ptr<X509_STORE> store = one.store.lock()) return store;
    }
    std::shared_ptr<X509_STORE> store = read(ca_file);
    known.push_back({ca_file, version, store});
    return store;
}

}  // namespace vodcatalog
