#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "daemon/clock.h"
#include "daemon/random.h"
#include "daemon/settings.h"
#include "daemon/vod/http_client.h"
#include "daemon/vod/vod_client.h"

namespace CLI {
class App;
}

namespace vodcatalog {

enum class Output { text, json };

/// `vodcatalog url ID`: the image's URLs with a fresh signature, which the catalog never holds.
struct UrlCommand {
    std::string image_id;
    std::optional<std::string> account;  ///< Nothing: the one that has the image.
    bool mezzanine = false;              ///< Only the source file's URL.
    Output output = Output::text;
};

/// Adds the verb to the command line, which writes into `command`.
CLI::App& add_url(CLI::App& line, UrlCommand& command);

/// Where the answer comes from. All must outlive the call.
struct Cloud {
    std::function<std::unique_ptr<HttpClient>(const VodAccount&)> connect;
    const Clock& clock;
    Random& random;
};

/// What is to be printed, after one call of GetImageInfo. The account is the named one, else the
/// one in whose name the catalog has the image, else the only one. Throws Failure.
[[nodiscard]] std::string url(const UrlCommand& command, const Settings& settings,
                              const Cloud& cloud);

}  // namespace vodcatalog
