#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

namespace world {

/// A certificate with its key (P-256), made when it is needed.
class Certificate {
public:
    /// One that vouches for itself: an authority, or a server nobody knows. `host` is as OpenSSL
    /// writes it: "DNS:localhost", "IP:127.0.0.1".
    static Certificate self_signed(const std::string& host) { return {host, nullptr, 3'600}; }
    /// One this authority vouches for. Less than 0 seconds: it has expired.
    [[nodiscard]] Certificate issue(const std::string& host, long valid_seconds = 3'600) const {
        return {host, this, valid_seconds};
    }

    [[nodiscard]] X509* x509() const noexcept { return x509_.get(); }
    [[nodiscard]] EVP_PKEY* key() const noexcept { return key_.get(); }

    void write(const std::filesystem::path& path) const {
        const std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen(path.c_str(), "w"),
                                                         std::fclose);
        if (!file || PEM_write_X509(file.get(), x509()) != 1) {
            throw std::runtime_error("cannot write " + path.string());
        }
    }

private:
    Certificate(const std::string& host, const Certificate* authority, long valid_seconds)
        : key_(EVP_EC_gen("P-256"), EVP_PKEY_free), x509_(X509_new(), X509_free) {
        const Certificate& issuer = authority == nullptr ? *this : *authority;
        X509_set_version(x509(), X509_VERSION_3);
        ASN1_INTEGER_set(X509_get_serialNumber(x509()), authority == nullptr ? 1 : 2);
        X509_gmtime_adj(X509_getm_notBefore(x509()), -7'200);
        X509_gmtime_adj(X509_getm_notAfter(x509()), valid_seconds);
        const std::string name = authority == nullptr ? "authority" : "server";
        X509_NAME_add_entry_by_txt(X509_get_subject_name(x509()), "CN", MBSTRING_ASC,
                                   reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
        X509_set_issuer_name(x509(), X509_get_subject_name(issuer.x509()));
        X509_set_pubkey(x509(), key());
        add(issuer, NID_subject_alt_name, host);
        add(issuer, NID_basic_constraints,
            authority == nullptr ? "critical,CA:TRUE" : "critical,CA:FALSE");
        if (X509_sign(x509(), issuer.key(), EVP_sha256()) == 0) {
            throw std::runtime_error("cannot sign a certificate");
        }
    }
    void add(const Certificate& issuer, int what, const std::string& value) {
        X509V3_CTX context;
        X509V3_set_ctx(&context, issuer.x509(), x509(), nullptr, nullptr, 0);
        const std::unique_ptr<X509_EXTENSION, void (*)(X509_EXTENSION*)> extension(
            X509V3_EXT_conf_nid(nullptr, &context, what, value.c_str()), X509_EXTENSION_free);
        if (!extension || X509_add_ext(x509(), extension.get(), -1) != 1) {
            throw std::runtime_error("cannot put into a certificate: " + value);
        }
    }

    std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key_;
    std::unique_ptr<X509, void (*)(X509*)> x509_;
};

}  // namespace world
