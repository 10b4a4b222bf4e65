#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/image.h"
#include "daemon/vod/http_client.h"
#include "tests/world/fake_clock.h"
#include "tests/world/fake_random.h"

namespace simulation {

/// How one call goes wrong, or not.
enum class Fault {
    none,
    reset,         ///< No answer at all.
    server_error,  ///< 500 or 503 with a JSON body.
    gateway_page,  ///< 502 with HTML.
    throttled,     ///< 400 Throttling.User.
    torn,          ///< 200 with a body that ends early.
    garbled,       ///< 200 with a body that is no JSON.
    empty,         ///< 200 without a body.
    not_found,     ///< 404 with a code that says nothing of the image.
    forgetful,     ///< A good answer that leaves out some of what was asked for.
    talkative,     ///< A good answer that also names an image that was not asked for.
    wrong_key,     ///< 404 InvalidAccessKeyId.NotFound.
    clock,         ///< 400 InvalidTimeStamp.Expired.
};
inline constexpr int kFaults = 13;

/// What one whole answer said about one image.
struct Said {
    std::string request_id;
    std::optional<std::string> status;
    bool exists = true;
};

/// The cloud of one account: its images as they are now, and the bodies it answers with.
class Cloud {
public:
    Cloud(world::FakeClock& clock, std::uint64_t seed) : clock_(clock), random_(seed) {}

    /// Images by ID; nothing for one that was deleted.
    std::map<std::string, std::optional<catalog::Image>, std::less<>> images;

    /// Changes something of one image, as the cloud or its users would.
    void change(const std::string& image_id);
    void create(const std::string& image_id);

    /// Answers a request of VodClient (signature V3: the parameters are in the query). Throws
    /// catalog::Retryable for Fault::reset. What a good answer said is in said().
    void answer(const vodcatalog::HttpRequest& request, Fault fault,
                vodcatalog::HttpResponse& response);
    /// By image ID, of the last answer(); empty if it was none.
    [[nodiscard]] const std::map<std::string, Said>& said() const noexcept { return said_; }

private:
    void answer_error(Fault fault, vodcatalog::HttpResponse& response);
    [[nodiscard]] std::string body(const std::vector<std::string>& image_ids, bool single,
                                   Fault fault);
    [[nodiscard]] std::string object(const catalog::Image& image);
    [[nodiscard]] std::string signed_url(const std::string& url);
    [[nodiscard]] std::string word(std::string_view prefix);

    world::FakeClock& clock_;
    world::FakeRandom random_;
    std::uint64_t requests_ = 0;
    std::map<std::string, Said> said_;
};

}  // namespace simulation
