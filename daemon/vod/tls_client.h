#pragma once

#include <Poco/Net/Context.h>
#include <openssl/x509_vfy.h>

#include <string>

namespace vodcatalog {

/// TLS 1.2 and newer, as a client of `host` alone, trusting what is in `trust`, which is shared.
/// There is no way to turn verification off.
///
/// OpenSSL checks the host's name within the handshake. Poco's own check comes after it and is
/// passed over where a signal interrupts the handshake: Poco takes that for its end.
/// Throws catalog::Refused for a host no certificate can be checked for.
[[nodiscard]] Poco::Net::Context::Ptr make_tls_client(const std::string& host, X509_STORE* trust);

/// Why the certificate of this thread's handshake was refused; nullptr if it was not, or not yet.
[[nodiscard]] const char* certificate_complaint() noexcept;
/// To be called before each handshake.
void forget_certificate_complaint() noexcept;

}  // namespace vodcatalog
