#include "cli/url.h"

#include <Poco/JSON/Object.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <sstream>
#include <utility>

#include "catalog/catalog_reader.h"
#include "catalog/error.h"
#include "catalog/image_id.h"
#include "cli/failure.h"
#include "daemon/log_line.h"
#include "daemon/vod/credentials/credentials_settings.h"
#include "daemon/vod/redactor.h"
#include "daemon/vod_account.h"

namespace vodcatalog {
namespace {

std::string names_of(const Settings& settings) {
    std::string names;
    for (const AccountSettings& account : settings.accounts)
        (names += names.empty() ? "" : ", ") += account.name;
    return names;
}

const AccountSettings* find(const Settings& settings, const std::string& name) {
    const auto found =
        std::find_if(settings.accounts.begin(), settings.accounts.end(),
                     [&name](const AccountSettings& account) { return account.name == name; });
    return found == settings.accounts.end() ? nullptr : &*found;
}

/// What the catalog says about who has the image.
struct Owner {
    std::optional<std::string> account;
    std::string why_none;
};

Owner owner_of(const std::string& image_id, const std::filesystem::path& file) {
    try {
        Owner owner{catalog::CatalogReader(file).account_of(image_id), ""};
        if (!owner.account) owner.why_none = "catalog " + file.string() + ": does not have it";
        return owner;
    } catch (const catalog::Error& error) {
        return {std::nullopt, error.what()};
    }
}

const AccountSettings& account_of(const UrlCommand& command, const Settings& settings) {
    const std::string names = names_of(settings);
    if (command.account) {
        if (const auto* account = find(settings, *command.account)) return *account;
        throw Failure(ExitCode::usage, "--account " + *command.account +
                                           ": the settings have no such account; it is one of " +
                                           names);
    }
    const Owner owner = owner_of(command.image_id, settings.catalog.path);
    if (owner.account) {
        if (const auto* account = find(settings, *owner.account)) return *account;
        throw Failure(ExitCode::usage, "image " + command.image_id + ": is of account " +
                                           *owner.account +
                                           ", which the settings do not have any more; say with "
                                           "--account which of them to ask: " +
                                           names);
    }
    if (settings.accounts.size() == 1) return settings.accounts.front();
    throw Failure(ExitCode::usage, "image " + command.image_id +
                                       ": it is not known which account has it (" + owner.why_none +
                                       "); say with --account which to ask: " + names);
}

ExitCode exit_code(CallErrorClass error_class) {
    switch (error_class) {
        case CallErrorClass::transport:
        case CallErrorClass::server:
        case CallErrorClass::throttled:
            return ExitCode::unavailable;
        case CallErrorClass::session:
        case CallErrorClass::credentials:
        case CallErrorClass::permission:
        case CallErrorClass::clock:
        case CallErrorClass::suspended:
        case CallErrorClass::endpoint:
            return ExitCode::refused;
        case CallErrorClass::request:
            return ExitCode::data;
        case CallErrorClass::bug:
            return ExitCode::software;
    }
    return ExitCode::software;
}

[[noreturn]] void fail(const AccountSettings& account, const CallError& error) {
    std::string message = "account " + account.name + ": " + error.code + ": " + error.message;
    if (!error.request_id.empty()) message += " (request " + error.request_id + ")";
    throw Failure(exit_code(error.error_class), message + "; " + error.advice);
}

/// A session for the one call.
Session session_of(const AccountSettings& account, HttpClient& sts, HttpClient& metadata,
                   const Cloud& cloud) {
    Redactor redactor;
    const auto provider =
        make_provider(account.credentials, {sts, metadata, cloud.clock, cloud.random, redactor});
    const auto failure = [&](ExitCode code, std::string why) {
        redactor(why);
        return Failure(code, "account " + account.name + ": it has no credentials: " + why);
    };
    try {
        return provider->fetch().session;
    } catch (const catalog::Retryable& error) {
        throw failure(ExitCode::unavailable, error.what());
    } catch (const catalog::Error& error) {
        throw failure(ExitCode::refused, error.what());
    }
}

SignedUrls ask(const UrlCommand& command, const AccountSettings& account, const Cloud& cloud) {
    VodAccount vod = vod_account(account, nullptr);
    const auto http = cloud.connect(vod);
    VodAccount direct = vod;
    direct.proxy.reset();
    const auto metadata = cloud.connect(direct);
    vod.sessions =
        std::make_shared<FixedSession>(session_of(account, *http, *metadata, cloud).credentials);
    VodClient client(vod, *http, cloud.clock, cloud.random);
    CallOutcome outcome;
    SignedUrls urls = client.signed_urls(command.image_id, outcome);
    if (outcome.error) fail(account, *outcome.error);
    if (!outcome.answer.not_exist.empty()) {
        throw Failure(ExitCode::no_input, "image " + command.image_id + ": account " +
                                              account.name +
                                              " has no such image; check the ID, or say with "
                                              "--account which other one to ask");
    }
    const auto& images = outcome.answer.images;
    if (outcome.answer.image_count == 0 || images.front().image_id != command.image_id) {
        throw Failure(ExitCode::unavailable, "image " + command.image_id +
                                                 ": the cloud's answer is not about it; try again, "
                                                 "and report it to the cloud if it stays so");
    }
    if (command.mezzanine) urls.url.reset();
    if (!urls.url && !urls.file_url) {
        throw Failure(
            ExitCode::no_input,
            "image " + command.image_id +
                ": the cloud gives no such URL; an image has one when its upload has ended");
    }
    return urls;
}

std::string json(const UrlCommand& command, const std::string& account, const SignedUrls& urls) {
    Poco::JSON::Object object(Poco::JSON_PRESERVE_KEY_ORDER | Poco::JSON_ESCAPE_UNICODE);
    const auto set = [&object](const char* name, const std::optional<std::string>& url) {
        object.set(name, url ? Poco::Dynamic::Var(*url) : Poco::Dynamic::Var());
    };
    object.set("image_id", command.image_id);
    object.set("account", account);
    if (!command.mezzanine) set("url", urls.url);
    set("file_url", urls.file_url);
    std::ostringstream out;
    object.stringify(out);
    return out.str() + "\n";
}

}  // namespace

CLI::App& add_url(CLI::App& line, UrlCommand& command) {
    CLI::App* const verb = line.add_subcommand(
        "url", "Ask the cloud for the image's URLs with a fresh signature, and print them");
    verb->add_option("ID", command.image_id, "The image")->required();
    verb->add_option("--account", command.account,
                     "Ask this account (default: the one that has the image)");
    verb->add_flag("--mezzanine", command.mezzanine, "Print nothing but the source file's URL");
    const std::map<std::string, Output> outputs{{"text", Output::text}, {"json", Output::json}};
    verb->add_option("--output", command.output, "text (default) or json")
        ->transform(CLI::CheckedTransformer(outputs))
        ->option_text("text|json");
    return *verb;
}

std::string url(const UrlCommand& command, const Settings& settings, const Cloud& cloud) {
    if (const std::string_view fault = catalog::image_id_fault(command.image_id); !fault.empty()) {
        throw Failure(ExitCode::data, "image ID " + command.image_id + ": " + std::string(fault) +
                                          "; give one ID, as the catalog has it in image_id");
    }
    const AccountSettings& account = account_of(command, settings);
    const SignedUrls urls = ask(command, account, cloud);
    if (command.output == Output::json) return json(command, account.name, urls);
    if (command.mezzanine) return escaped(*urls.file_url) + "\n";
    std::string out;
    if (urls.url) out += "URL      " + escaped(*urls.url) + "\n";
    if (urls.file_url) out += "FileURL  " + escaped(*urls.file_url) + "\n";
    return out;
}

}  // namespace vodcatalog
