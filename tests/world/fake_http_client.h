#pragma once

#include <deque>
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "daemon/vod/http_client.h"

namespace world {

/// A network that keeps every request and answers by a script, in its order.
class FakeHttpClient final : public vodcatalog::HttpClient {
public:
    using Scene =
        std::function<void(const vodcatalog::HttpRequest&, vodcatalog::HttpResponse& response)>;

    /// What becomes of the next request that the script has nothing for yet: anything, from an
    /// exception to moving the clock.
    void then(Scene scene) { script_.push_back(std::move(scene)); }
    void then_answer(int status, const std::string& body, const vodcatalog::Headers& headers = {}) {
        then([status, body, headers](const auto&, auto& response) {
            response.status = status;
            response.headers = headers;
            response.body = body;
        });
    }
    template <class Error>
    void then_throw(Error error) {
        then([error](const auto&, auto&) { throw error; });
    }

    void send(const vodcatalog::HttpRequest& request, vodcatalog::HttpResponse& response) override {
        requests_.push_back(request);
        if (script_.empty()) throw std::logic_error("a request that the script does not know of");
        const Scene scene = std::move(script_.front());
        script_.pop_front();
        scene(request, response);
    }

    [[nodiscard]] const std::vector<vodcatalog::HttpRequest>& requests() const noexcept {
        return requests_;
    }
    /// How much of the script has not been played.
    [[nodiscard]] std::size_t left() const noexcept { return script_.size(); }

private:
    std::deque<Scene> script_;
    std::vector<vodcatalog::HttpRequest> requests_;
};

}  // namespace world
