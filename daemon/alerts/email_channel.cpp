#include "daemon/alerts/email_channel.h"

#include <Poco/DateTime.h>
#include <Poco/Exception.h>
#include <Poco/Net/MailMessage.h>
#include <Poco/Net/MailRecipient.h>
#include <Poco/Timestamp.h>
#include <openssl/err.h>

#include <algorithm>
#include <sstream>
#include <utility>

#include "daemon/alerts/notice_text.h"
#include "daemon/vod/trust_store.h"
#include "daemon/vod/utf8.h"

namespace vodcatalog {
namespace {

constexpr std::size_t kAddressBytesMax = 254;
constexpr std::size_t kSubjectBytesMax = 200;

/// One line of UTF-8.
std::string subject_of(const catalog::Notice& notice) {
    std::string text = notice_title(notice);
    repair_utf8(text);
    std::replace_if(
        text.begin(), text.end(),
        [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
    cut_utf8(text, kSubjectBytesMax);
    return text;
}

std::string body_of(const catalog::Notice& notice) {
    std::string text = notice_text(notice);
    repair_utf8(text);
    std::string body;
    for (const char c : text) {
        if (c == '\n') body += '\r';
        body += c;
    }
    return body + "\r\n-- \r\nvodcatalog, message " + notice.key + "\r\n";
}

}  // namespace

bool is_mail_address(std::string_view text) noexcept {
    const std::size_t at = text.find('@');
    return text.size() <= kAddressBytesMax && at != std::string_view::npos && at > 0 &&
           at + 1 < text.size() && text.find('@', at + 1) == std::string_view::npos &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return c > ' ' && c <= '~' &&
                      std::string_view("<>()[]\\,;:\"").find(c) == std::string_view::npos;
           });
}

std::string mail_of(const catalog::Notice& notice, const EmailSettings& settings, WallTime now) {
    namespace net = Poco::Net;
    net::MailMessage mail;
    mail.setSender(settings.from);
    for (const std::string& address : settings.to) {
        mail.addRecipient(net::MailRecipient(net::MailRecipient::PRIMARY_RECIPIENT, address));
    }
    mail.setSubject(net::MailMessage::encodeWord(subject_of(notice), "UTF-8"));
    mail.setDate(Poco::Timestamp(std::chrono::microseconds(now.time_since_epoch()).count()));
    const std::string domain = settings.from.substr(settings.from.find('@') + 1);
    mail.set("Message-ID", "<" + notice.key + "@" + domain + ">");
    mail.set("Auto-Submitted", "auto-generated");
    mail.set("X-Vodcatalog-Key", notice.key);
    mail.setContentType("text/plain; charset=UTF-8");
    mail.setContent(body_of(notice), net::MailMessage::ENCODING_BASE64);
    std::ostringstream out;
    mail.write(out);
    return out.str();
}

EmailChannel::EmailChannel(EmailSettings settings, DeadlineWatch& watch, NameLookup& names,
                           Redactor& redactor, const Clock& clock)
    : settings_(std::move(settings)),
      trust_(trust_store(settings_.ca_file)),
      slot_(watch),
      names_(names),
      redactor_(redactor),
      clock_(clock) {}

void EmailChannel::send(const catalog::Notice& notice) {
    const std::string password = settings_.password ? settings_.password() : std::string();
    redactor_.know(password);
    trust_ = trust_store(settings_.ca_file);  // it may have changed
    SmtpSession session(settings_.server, trust_.get(), names_, slot_);
    if (!settings_.username.empty()) session.login(settings_.username, password);
    session.send(settings_.from, settings_.to, mail_of(notice, settings_, clock_.wall()));
}

Delivery EmailChannel::deliver(const catalog::Notice& notice) {
    Delivery delivery;
    const auto failed = [&](Delivery::Kind kind, const std::string& why) {
        delivery = {kind, settings_.server.host + ": " + why, {}};
    };
    slot_.begin(settings_.timeout);
    try {
        send(notice);
    } catch (const SmtpRefused& error) {
        failed(Delivery::Kind::refused, error.what());
    } catch (const Poco::Exception& error) {
        failed(Delivery::Kind::retry_later, error.displayText());
    } catch (const std::exception& error) {
        failed(Delivery::Kind::retry_later, error.what());
    }
    ERR_clear_error();  // Poco leaves some of OpenSSL's behind, which would belie the next
    const bool cut = slot_.end() != DeadlineWatch::Cut::no;
    if (cut && delivery.kind != Delivery::Kind::delivered) {
        failed(Delivery::Kind::retry_later,
               "not sent in time, which is " + std::to_string(settings_.timeout.count()) + " ms");
    }
    return delivery;
}

}  // namespace vodcatalog
