#include "daemon/vod/tls_client.h"

#include <Poco/Net/NetSSL.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <mutex>

#include "catalog/error.h"

namespace vodcatalog {
namespace {

using Poco::Net::Context;

constexpr int kChainMax = 9;

thread_local int complaint = X509_V_OK;

/// Instead of Poco's callback, which asks a handler whether to trust it all the same.
int note_complaint(int ok, X509_STORE_CTX* store) {
    if (ok == 0 && complaint == X509_V_OK) complaint = X509_STORE_CTX_get_error(store);
    return ok;
}

/// Otherwise Poco would put OpenSSL away with each last Context there is.
void keep_openssl() {
    static std::once_flag once;
    std::call_once(once, Poco::Net::initializeSSL);
}

}  // namespace

Context::Ptr make_tls_client(const std::string& host, X509_STORE* trust) {
    keep_openssl();
    Context::Params params;
    params.loadDefaultCAs = false;  // what to trust is in `trust`
    // Poco's relaxed mode takes any name for a server on loopback.
    params.verificationMode = Context::VERIFY_STRICT;
    params.verificationDepth = kChainMax;
    params.cipherList = "DEFAULT:!aNULL";  // Poco's own leaves some in that have no certificate
    params.ecdhCurve = "X25519:P-256:P-384:P-521";
    Context::Ptr tls = new Context(Context::TLS_CLIENT_USE, params);
    tls->requireMinimumProtocol(Context::PROTO_TLSV1_2);
    tls->enableExtendedCertificateVerification();

    SSL_CTX* context = tls->sslContext();
    SSL_CTX_set_read_ahead(context, 1);  // else each record takes two system calls
    SSL_CTX_set1_cert_store(context, trust);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, note_complaint);
    X509_VERIFY_PARAM* check = SSL_CTX_get0_param(context);
    X509_VERIFY_PARAM_set_hostflags(check, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (X509_VERIFY_PARAM_set1_ip_asc(check, host.c_str()) != 1 &&
        X509_VERIFY_PARAM_set1_host(check, host.c_str(), host.size()) != 1) {
        throw catalog::Refused("no certificate can be checked for the host " + host);
    }
    return tls;
}

const char* certificate_complaint() noexcept {
    return complaint == X509_V_OK ? nullptr : X509_verify_cert_error_string(complaint);
}

void forget_certificate_complaint() noexcept {
    complaint = X509_V_OK;
}

}  // namespace vodcatalog
