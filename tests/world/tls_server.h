#pragma once

#include <openssl/ssl.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>

#include "tests/world/certificates.h"

namespace world {

/// The server's side of TLS. Safe for any thread.
class TlsServer {
public:
    explicit TlsServer(const Certificate& certificate, int version_max = TLS1_3_VERSION)
        : context_(SSL_CTX_new(TLS_server_method()), SSL_CTX_free) {
        SSL_CTX* context = context_.get();
        if (version_max < TLS1_2_VERSION) SSL_CTX_set_cipher_list(context, "ALL:@SECLEVEL=0");
        SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
        SSL_CTX_set_max_proto_version(context, version_max);
        SSL_CTX_set_tlsext_servername_callback(context, note_name);
        SSL_CTX_set_tlsext_servername_arg(context, this);
        if (SSL_CTX_use_certificate(context, certificate.x509()) != 1 ||
            SSL_CTX_use_PrivateKey(context, certificate.key()) != 1) {
            throw std::runtime_error("cannot use a certificate");
        }
    }

    /// Shakes hands over a connected socket, and answers each request, without a body of its own,
    /// with `answer`, until the client goes or there were `requests_max`. Says goodbye
    /// (close_notify) then only if told so.
    void serve(int socket, const std::string& answer, int requests_max = 1'000,
               bool goodbye = false) {
        const std::unique_ptr<SSL, void (*)(SSL*)> ssl(SSL_new(context_.get()), SSL_free);
        SSL_set_fd(ssl.get(), socket);
        if (SSL_accept(ssl.get()) != 1) return;
        ++(SSL_session_reused(ssl.get()) == 1 ? resumed_ : verified_);
        std::string request;
        char buffer[4096];
        for (int requests = 0; requests < requests_max;) {
            const int size = SSL_read(ssl.get(), buffer, sizeof buffer);
            if (size <= 0) return;
            request.append(buffer, static_cast<std::size_t>(size));
            {
                const std::lock_guard lock(mutex_);
                received_.append(buffer, static_cast<std::size_t>(size));
            }
            if (!request.ends_with("\r\n\r\n")) continue;
            request.clear();
            SSL_write(ssl.get(), answer.data(), static_cast<int>(answer.size()));
            ++requests;
        }
        if (goodbye) SSL_shutdown(ssl.get());
    }
    /// All that clients have sent. After they were served.
    [[nodiscard]] std::string received() const {
        const std::lock_guard lock(mutex_);
        return received_;
    }
    /// Handshakes that resumed a session, and those that did not.
    [[nodiscard]] int resumed() const noexcept { return resumed_; }
    [[nodiscard]] int verified() const noexcept { return verified_; }
    /// The host the latest client asked for; empty if it named none. After that client was served.
    [[nodiscard]] std::string name() const {
        const std::lock_guard lock(mutex_);
        return name_;
    }

private:
    static int note_name(SSL* ssl, int*, void* server) {
        const char* asked = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
        auto* const self = static_cast<TlsServer*>(server);
        const std::lock_guard lock(self->mutex_);
        self->name_ = asked == nullptr ? "" : asked;
        return SSL_TLSEXT_ERR_OK;
    }

    mutable std::mutex mutex_;
    // Guarded by mutex_.
    std::string name_;
    std::string received_;
    std::atomic<int> resumed_ = 0;
    std::atomic<int> verified_ = 0;
    std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context_;
};

}  // namespace world
