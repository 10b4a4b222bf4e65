#pragma once

#include <openssl/x509_vfy.h>

#include <memory>
#include <string>

namespace vodcatalog {

/// The certificates to trust: those in `ca_file` (PEM), or the system's if that is empty. Reading
/// the system's takes tens of milliseconds and a megabyte, so whoever asks while it is in use by
/// another, and the file is still the same, shares it. Safe for any thread. Throws
/// catalog::Unusable if there is nothing to read.
[[nodiscard]] std::shared_ptr<X509_STORE> trust_store(const std::string& ca_file);

}  // namespace vodcatalog
