#include "daemon/channel_settings.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <initializer_list>

#include "catalog/error.h"
#include "daemon/alerts/email_channel.h"
#include "daemon/alerts/receiver_url.h"
#include "daemon/near_word.h"
#include "daemon/vod/trust_store.h"

namespace vodcatalog {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kNameBytesMax = 64;
/// Each has a thread; systemd/vodcatalog.service allows 128 tasks.
constexpr std::size_t kChannelsMax = 10;
constexpr std::size_t kArgumentsMax = 64;
constexpr std::size_t kHeadersMax = 20;
constexpr std::size_t kRecipientsMax = 50;
constexpr DurationRange kTimeout{100ms, 2min};
constexpr DurationRange kResendEvery{1s, 10min};

bool is_word(const std::string& text) {
    return text.size() <= kNameBytesMax && std::all_of(text.begin(), text.end(), [](char letter) {
               return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') ||
                      letter == '_' || letter == '-';
           });
}

/// A header's name (RFC 9110, 5.1).
bool is_token(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
    });
}

/// Reads one channel.
class ChannelReader {
public:
    ChannelReader(YamlReader& reader, const std::filesystem::path& folder, ChannelSettings& out)
        : reader_(reader), folder_(folder), out_(out) {}

    void read(const std::set<std::string>& accounts, std::set<std::string>& names) {
        read_name(names);
        const bool typed = read_type();
        reader_.duration("timeout", kTimeout, out_.timeout);
        read_filters(accounts);
        read_command();
        read_urls();
        read_webhook();
        reader_.duration("resend_every", kResendEvery, out_.resend_every);
        std::string path;
        if (reader_.text("ca_file", path)) {
            out_.ca_file = (folder_ / path).lexically_normal();
            told("ca_file", [&] { static_cast<void>(trust_store(out_.ca_file.string())); });
        }
        read_email();
        if (typed) check_fit();
    }

private:
    void read_name(std::set<std::string>& names);
    bool read_type();
    void read_filters(const std::set<std::string>& accounts);
    void read_command();
    void read_urls();
    void read_webhook();
    void read_headers();
    void read_email();
    void read_server();
    void check_fit();
    void need(std::string_view key, std::string_view advice);

    /// Nothing if it is not given, or wrong.
    [[nodiscard]] std::string read_secret(std::string_view key, SecretFile& out);
    [[nodiscard]] TextTemplate template_of(std::string_view key, std::string_view text,
                                           const std::set<std::string>& names);
    /// Calls `act`, and complains of what it throws.
    template <typename Act>
    void told(std::string_view key, Act act) {
        try {
            act();
        } catch (const catalog::Unusable& error) {
            reader_.complain(key, error.what());
        }
    }

    YamlReader& reader_;
    const std::filesystem::path& folder_;
    ChannelSettings& out_;
};

void ChannelReader::read_name(std::set<std::string>& names) {
    if (!reader_.text("name", out_.name)) {
        if (!reader_.has("name") && !reader_.broken()) reader_.complain("name", "is missing");
    } else if (!is_word(out_.name)) {
        reader_.complain(
            "name", fmt::format("is {}; use 1 to 64 of a-z, 0-9, _ and -", in_quotes(out_.name)));
    } else if (!names.insert(out_.name).second) {
        reader_.complain("name",
                         fmt::format("is {}, as that of another channel", in_quotes(out_.name)));
    }
}

bool ChannelReader::read_type() {
    std::optional<ChannelType> type;
    reader_.choice<std::optional<ChannelType>>("type",
                                               {{"exec", ChannelType::exec},
                                                {"webhook", ChannelType::webhook},
                                                {"alertmanager", ChannelType::alertmanager},
                                                {"email", ChannelType::email}},
                                               type);
    if (!reader_.has("type") && !reader_.broken()) reader_.complain("type", "is missing");
    out_.type = type.value_or(out_.type);
    if (out_.type == ChannelType::email) out_.timeout = 30s;
    return type.has_value();
}

void ChannelReader::read_filters(const std::set<std::string>& accounts) {
    reader_.map("filters", [&](YamlReader& filters) {
        const auto set_of = [&](std::string_view key) {
            std::set<std::string> texts;
            for (PlacedText& text : filters.texts(key)) texts.insert(std::move(text.text));
            return texts;
        };
        catalog::AlertFilter& filter = out_.filter;
        filter.accounts = set_of("accounts");
        filter.categories = set_of("categories");
        filter.tags = set_of("tags");
        filter.storage_locations = set_of("storage_locations");
        for (const std::string& name : filter.accounts) {
            if (accounts.contains(name)) continue;
            filters.complain("accounts",
                             fmt::format("names {}, which is no account here", in_quotes(name)));
        }
    });
}

void ChannelReader::read_command() {
    for (PlacedText& text : reader_.texts("command")) out_.command.push_back(std::move(text.text));
    if (!reader_.has("command") || out_.command.empty()) return;
    const std::string& program = out_.command.front();
    if (!program.starts_with('/')) {
        reader_.complain("command", fmt::format("begins with {}; give the program's absolute path",
                                                in_quotes(program)));
    } else if (::access(program.c_str(), X_OK) != 0) {
        reader_.complain("command",
                         fmt::format("names {}, which is not there or may not be run", program));
    }
    if (out_.command.size() > kArgumentsMax) {
        reader_.complain("command", fmt::format("has over {} arguments", kArgumentsMax));
    }
}

std::string ChannelReader::read_secret(std::string_view key, SecretFile& out) {
    std::string name;
    std::string secret;
    if (!reader_.text(key, name)) return secret;
    out = SecretFile(std::move(name), folder_);
    told(key, [&] { secret = out.read(); });
    return secret;
}

void ChannelReader::read_urls() {
    const std::string secret = read_secret("url_file", out_.url_file);
    if (!secret.empty()) {
        try {
            static_cast<void>(parse_receiver_url(secret));
        } catch (const catalog::Unusable& error) {
            reader_.complain("url_file",
                             fmt::format("holds what cannot be used: {}", error.what()));
        }
    }
    if (!reader_.text("url", out_.url)) return;
    try {
        static_cast<void>(parse_receiver_url(out_.url, PlainHttp::anybody));
    } catch (const catalog::Unusable& error) {
        reader_.complain("url", fmt::format("cannot be used: {}", error.what()));
    }
}

TextTemplate ChannelReader::template_of(std::string_view key, std::string_view text,
                                        const std::set<std::string>& names) {
    TextTemplate its;
    told(key, [&] { its = TextTemplate(text, names); });
    return its;
}

void ChannelReader::read_webhook() {
    reader_.refuse("secret",
                   "must not be in this file; put it into a file of its own (chmod 600) and name "
                   "that with secret_file");
    static_cast<void>(read_secret("secret_file", out_.secret_file));
    if (out_.secret_file.given()) out_.signature = WebhookSignature::hmac;
    reader_.choice<WebhookSignature>("signature",
                                     {{"none", WebhookSignature::none},
                                      {"hmac", WebhookSignature::hmac},
                                      {"dingtalk", WebhookSignature::dingtalk},
                                      {"feishu", WebhookSignature::feishu}},
                                     out_.signature);
    std::string body;
    if (reader_.text("body", body)) {
        out_.body = template_of("body", body, webhook_body_names());
        if (!out_.body.empty()) told("body", [&] { check_webhook_body(out_.body); });
    }
    read_headers();
    static_cast<void>(reader_.text("answer_code", out_.answer_code));
    reader_.whole_number("text_bytes_max", 200, 100'000, out_.text_bytes_max);
    if (out_.signature != WebhookSignature::none && !reader_.has("secret_file") &&
        reader_.has("signature")) {
        reader_.complain("secret_file",
                         "is missing; name the file that holds the secret to sign with");
    }
}

void ChannelReader::read_headers() {
    for (const PlacedText& header : reader_.texts("headers")) {
        const std::size_t colon = header.text.find(": ");
        const std::string name = header.text.substr(0, colon);
        if (colon == std::string::npos || !is_token(name)) {
            reader_.complain("headers", "has an entry that is not \"Name: value\"");
            continue;
        }
        out_.headers.emplace_back(
            name, template_of("headers", header.text.substr(colon + 2), webhook_header_names()));
        if (out_.headers.back().second.uses("secret") && !reader_.has("secret_file")) {
            reader_.complain("headers", "names {{secret}}, and there is no secret_file");
        }
    }
    if (out_.headers.size() > kHeadersMax) {
        reader_.complain("headers", fmt::format("has over {} entries", kHeadersMax));
    }
}

void ChannelReader::read_server() {
    reader_.choice<SmtpTls>(
        "tls",
        {{"starttls", SmtpTls::starttls}, {"implicit", SmtpTls::implicit}, {"none", SmtpTls::none}},
        out_.server.tls);
    std::string server;
    if (!reader_.text("server", server)) return;
    try {
        // "HOST[:PORT]" is what stands in a URL.
        const Endpoint endpoint = parse_endpoint("https://" + server);
        out_.server.host = endpoint.host;
        const bool has_port = endpoint.authority() != endpoint.host || server.ends_with(":443");
        const std::uint16_t usual = out_.server.tls == SmtpTls::implicit ? 465 : 587;
        out_.server.port = has_port ? endpoint.port : usual;
        if (out_.server.tls == SmtpTls::none && !endpoint.loopback()) {
            reader_.complain("tls", "is none, which is for a server on loopback alone");
        }
    } catch (const catalog::Unusable&) {
        reader_.complain("server", fmt::format("is {}; give HOST or HOST:PORT", in_quotes(server)));
    }
}

void ChannelReader::read_email() {
    read_server();
    static_cast<void>(reader_.text("username", out_.username));
    reader_.refuse("password",
                   "must not be in this file; put it into a file of its own (chmod 600) and name "
                   "that with password_file");
    static_cast<void>(read_secret("password_file", out_.password_file));
    const auto check = [&](std::string_view key, const std::string& address) {
        if (is_mail_address(address)) return;
        reader_.complain(key, fmt::format("has {}; give an address like oncall@example.com",
                                          in_quotes(address)));
    };
    if (reader_.text("from", out_.from)) check("from", out_.from);
    for (PlacedText& text : reader_.texts("to")) {
        check("to", text.text);
        out_.to.push_back(std::move(text.text));
    }
    if (out_.to.size() > kRecipientsMax) {
        reader_.complain("to", fmt::format("has over {} addresses", kRecipientsMax));
    }
    if (reader_.has("username") && !reader_.has("password_file") && !reader_.has("password")) {
        reader_.complain("password_file", "is missing; name the file that holds the password");
    }
}

void ChannelReader::need(std::string_view key, std::string_view advice) {
    if (!reader_.has(key)) reader_.complain(key, fmt::format("is missing; {}", advice));
}

/// Each key is there for some types, and needed by some.
void ChannelReader::check_fit() {
    struct Fit {
        std::string_view key;
        std::initializer_list<ChannelType> types;
    };
    using enum ChannelType;
    const std::initializer_list<Fit> fits{{"command", {exec}},
                                          {"url_file", {webhook, alertmanager}},
                                          {"url", {alertmanager}},
                                          {"secret_file", {webhook}},
                                          {"signature", {webhook}},
                                          {"body", {webhook}},
                                          {"headers", {webhook}},
                                          {"answer_code", {webhook}},
                                          {"text_bytes_max", {webhook}},
                                          {"resend_every", {alertmanager}},
                                          {"ca_file", {webhook, alertmanager, email}},
                                          {"server", {email}},
                                          {"tls", {email}},
                                          {"username", {email}},
                                          {"password_file", {email}},
                                          {"from", {email}},
                                          {"to", {email}}};
    for (const Fit& fit : fits) {
        const bool fits_it =
            std::find(fit.types.begin(), fit.types.end(), out_.type) != fit.types.end();
        if (fits_it || !reader_.has(fit.key)) continue;
        const bool token = fit.key == "url" && out_.type == webhook;
        reader_.complain(fit.key, token ? "may hold a token; put it into a file of its own (chmod "
                                          "600) and name that with url_file"
                                        : "is not for a channel of this type");
    }
    switch (out_.type) {
        case exec:
            if (out_.command.empty()) reader_.complain("command", "is missing; give the program");
            return;
        case webhook:
            if (!reader_.has("url")) need("url_file", "name the file that holds the URL");
            return;
        case alertmanager:
            if (!reader_.has("url")) need("url_file", "give that, or url, of Alertmanager");
            return;
        case email:
            need("server", "give the mail server, HOST or HOST:PORT");
            need("from", "give the address that the mail is from");
            if (out_.to.empty()) reader_.complain("to", "is missing; give the addresses to tell");
            return;
    }
}

}  // namespace

std::vector<ChannelSettings> read_channels(YamlReader& alerts, const std::filesystem::path& folder,
                                           const std::set<std::string>& accounts) {
    std::vector<ChannelSettings> channels;
    std::set<std::string> names;
    static_cast<void>(alerts.each("channels", [&](YamlReader& channel) {
        ChannelReader(channel, folder, channels.emplace_back()).read(accounts, names);
    }));
    if (channels.size() > kChannelsMax) {
        alerts.complain("channels", fmt::format("are over {}", kChannelsMax));
    }
    return channels;
}

}  // namespace vodcatalog
