#include "daemon/heartbeat.h"

#include <utility>

#include "daemon/alerts/receiver_url.h"

namespace vodcatalog {
namespace {

constexpr std::size_t kAnswerBytesMax = 64 * 1024;

}  // namespace

Heartbeat::Heartbeat(Secret url, std::unique_ptr<HttpClient> http,
                     std::function<std::optional<std::string>()> wrong, Redactor& redactor,
                     Log& log)
    : url_(std::move(url)),
      http_(std::move(http)),
      wrong_(std::move(wrong)),
      redactor_(redactor),
      log_(log) {}

void Heartbeat::beat() {
    if (wrong_()) return;
    const std::optional<std::string> failure = call();
    if (failure && !failing_) {
        log_.warning(
            "The heartbeat does not arrive; whoever waits for it will say that the daemon is dead.",
            {{"error", *failure}});
    } else if (!failure && failing_) {
        log_.information("The heartbeat arrives again.");
    }
    failing_ = failure.has_value();
}

std::optional<std::string> Heartbeat::call() {
    try {
        ReceiverUrl url = parse_receiver_url(url_());
        know_url(redactor_, url);
        HttpRequest request;
        request.endpoint = std::move(url.endpoint);
        request.method = "GET";
        request.target = std::move(url.target);
        request.headers = {{"Host", request.endpoint.authority()}, {"User-Agent", "vodcatalog"}};
        request.timeout = kTimeout;
        request.body_bytes_max = kAnswerBytesMax;
        HttpResponse response;
        try {
            http_->send(request, response);
        } catch (const StaleConnection&) {
            http_->send(request, response);
        }
        if (response.status >= 200 && response.status < 300) return std::nullopt;
        return "HTTP status " + std::to_string(response.status);
    } catch (const catalog::Retryable& error) {
        return error.what();
    } catch (const catalog::Refused& error) {
        return error.what();
    } catch (const catalog::Unusable& error) {
        return error.what();
    }
}

HeartbeatWorker::HeartbeatWorker(Heartbeat heartbeat, std::chrono::milliseconds every,
                                 std::function<void()> abort)
    : heartbeat_(std::move(heartbeat)),
      every_(every),
      abort_(std::move(abort)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

HeartbeatWorker::~HeartbeatWorker() {
    thread_.request_stop();
    abort_();
}

void HeartbeatWorker::run(const std::stop_token& stop) {
    for (;;) {
        {
            std::unique_lock lock(mutex_);
            rested_.wait_for(lock, stop, every_, [] { return false; });
        }
        if (stop.stop_requested()) return;
        heartbeat_.beat();
    }
}

}  // namespace vodcatalog
