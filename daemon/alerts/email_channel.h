#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "daemon/alerts/channel.h"
#include "daemon/alerts/secret.h"
#include "daemon/alerts/smtp_session.h"
#include "daemon/clock.h"
#include "daemon/vod/redactor.h"

namespace vodcatalog {

struct EmailSettings {
    SmtpServer server;
    std::string username;  ///< Empty: without a login.
    Secret password;
    std::string from;
    std::vector<std::string> to;
    std::string ca_file;  ///< Empty: the system's.
    std::chrono::milliseconds timeout{30'000};
};

/// Whether it can stand between < and > of SMTP: local@domain, in printable ASCII.
[[nodiscard]] bool is_mail_address(std::string_view text) noexcept;

/// The mail of a message, as RFC 5322 has it. Its Message-ID is made of the message's key, so it is
/// the same for repeats.
[[nodiscard]] std::string mail_of(const catalog::Notice& notice, const EmailSettings& settings,
                                  WallTime now);

/// Sends each message as a plain-text mail to all recipients.
class EmailChannel final : public Channel {
public:
    /// All must outlive it. Throws catalog::Unusable if `ca_file` cannot be used.
    EmailChannel(EmailSettings settings, DeadlineWatch& watch, NameLookup& names,
                 Redactor& redactor, const Clock& clock);

    [[nodiscard]] Delivery deliver(const catalog::Notice& notice) override;

private:
    void send(const catalog::Notice& notice);

    const EmailSettings settings_;
    std::shared_ptr<X509_STORE> trust_;
    DeadlineWatch::Slot slot_;
    NameLookup& names_;
    Redactor& redactor_;
    const Clock& clock_;
};

}  // namespace vodcatalog
