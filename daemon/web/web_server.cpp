#include "daemon/web/web_server.h"

#include <Poco/Exception.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <deque>
#include <limits>
#include <list>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "catalog/error.h"
#include "daemon/web/allowed_hosts.h"

namespace vodcatalog {
namespace {

constexpr int kBacklog = 256;
/// For a process without descriptors: the next try to accept.
constexpr std::chrono::seconds kAcceptAgain{1};

Poco::Net::ServerSocket bound(const ListenAddress& listen) {
    try {
        Poco::Net::ServerSocket socket;
        const Poco::Net::SocketAddress address(listen.host, listen.port);
        socket.bind(address, true, false);  // at once after a restart, and never beside another
        socket.listen(kBacklog);
        return socket;
    } catch (const Poco::Exception& error) {
        throw catalog::Unusable("web server " + to_text(listen) + ": cannot listen there (" +
                                error.displayText() +
                                "); set web.listen to an address of this machine and a free port");
    }
}

/// Wakes a thread that polls.
class Bell {
public:
    Bell() : fd_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
        if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
    }
    ~Bell() { close(fd_); }
    Bell(const Bell&) = delete;
    Bell& operator=(const Bell&) = delete;

    void ring() const noexcept { static_cast<void>(eventfd_write(fd_, 1)); }
    void silence() const noexcept {
        eventfd_t ignored = 0;
        static_cast<void>(eventfd_read(fd_, &ignored));
    }
    [[nodiscard]] int fd() const noexcept { return fd_; }

private:
    int fd_;
};

/// One peer: a request that comes, is answered, and goes.
class Connection {
public:
    enum class Phase { request, handler, reply, goodbye, over };

    Connection(std::uint64_t its_id, const Poco::Net::StreamSocket& socket,
               WebRequestReader::Admit admit, SteadyTime until)
        : id(its_id), socket_(socket), reader_(std::move(admit)), until_(until) {}

    [[nodiscard]] Phase phase() const noexcept { return phase_; }
    [[nodiscard]] SteadyTime until() const noexcept { return until_; }
    [[nodiscard]] int fd() const { return socket_.impl()->sockfd(); }
    /// What to wait for: nothing, not even its end, while a handler is at it.
    [[nodiscard]] pollfd watched() const {
        if (phase_ == Phase::handler) return {-1, 0, 0};
        return {fd(), static_cast<short>(phase_ == Phase::reply ? POLLOUT : POLLIN), 0};
    }

    /// The socket has something. The request, once it is whole.
    std::optional<WebRequest> on_ready(SteadyTime now) {
        std::optional<WebRequest> whole;
        if (phase_ == Phase::request) whole = read(now);
        if (phase_ == Phase::reply) write(now);
        if (phase_ == Phase::goodbye) drain();
        return whole;
    }
    void begin_reply(const WebReply& reply, SteadyTime now) {
        out_ = to_bytes(reply, reader_.request().method == "HEAD");
        enter(Phase::reply, now + WebServer::kReplyMax);
        write(now);
    }
    void on_late(SteadyTime now) {
        if (phase_ == Phase::request && begun_) {
            begin_reply(WebRefusal(408, "the request took too long to come").reply(), now);
        } else {
            phase_ = Phase::over;
        }
    }

    const std::uint64_t id;

private:
    void enter(Phase phase, SteadyTime until) noexcept {
        phase_ = phase;
        until_ = until;
    }

    std::optional<WebRequest> read(SteadyTime now) {
        std::array<char, 4'096> bytes;
        const ssize_t count = recv(fd(), bytes.data(), bytes.size(), MSG_DONTWAIT);
        if (count <= 0) {
            if (count == 0 || errno != EAGAIN) phase_ = Phase::over;
            return std::nullopt;
        }
        begun_ = true;
        try {
            if (!reader_.take({bytes.data(), static_cast<std::size_t>(count)})) return std::nullopt;
        } catch (const WebRefusal& refusal) {
            begin_reply(refusal.reply(), now);
            return std::nullopt;
        }
        enter(Phase::handler, SteadyTime::max());
        return reader_.request();
    }

    void write(SteadyTime now) {
        const std::string_view rest = std::string_view(out_).substr(written_);
        const ssize_t count = send(fd(), rest.data(), rest.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (count < 0) {
            if (errno != EAGAIN) phase_ = Phase::over;
            return;
        }
        written_ += static_cast<std::size_t>(count);
        if (written_ < out_.size()) return;
        // Closed with bytes unread, the reply might be lost on its way.
        shutdown(fd(), SHUT_WR);
        enter(Phase::goodbye, now + WebServer::kGoodbyeMax);
    }

    void drain() {
        std::array<char, 4'096> bytes;
        const ssize_t count = recv(fd(), bytes.data(), bytes.size(), MSG_DONTWAIT);
        if (count == 0 || (count < 0 && errno != EAGAIN)) phase_ = Phase::over;
    }

    Poco::Net::StreamSocket socket_;
    WebRequestReader reader_;
    Phase phase_ = Phase::request;
    SteadyTime until_;
    bool begun_ = false;
    std::string out_;
    std::size_t written_ = 0;
};

}  // namespace

class WebServer::State {
public:
    State(const Settings& settings, RouteTable routes, const Clock& clock, Log& log)
        : routes_(std::move(routes)),
          hosts_(settings.hosts),
          clock_(clock),
          log_(log),
          socket_(bound(settings.listen)) {
        socket_.setBlocking(false);
        for (std::jthread& thread : handlers_)
            thread = std::jthread([this](const std::stop_token& stop) { handle(stop); });
        thread_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
    }
    ~State() {
        thread_.request_stop();
        bell_.ring();
        for (std::jthread& thread : handlers_) thread.request_stop();
    }

    [[nodiscard]] ListenAddress address() const {
        const Poco::Net::SocketAddress address = socket_.address();
        return {address.host().toString(), address.port()};
    }

private:
    struct Job {
        std::uint64_t connection;
        WebRequest request;
    };
    struct Done {
        std::uint64_t connection;
        WebReply reply;
    };
    using Phase = Connection::Phase;

    void serve(const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            wait();
            const SteadyTime now = clock_.steady();
            bell_.silence();
            take_replies(now);
            for (Connection& connection : connections_) {
                if (now >= connection.until()) connection.on_late(now);
            }
            std::erase_if(connections_, [](const auto& it) { return it.phase() == Phase::over; });
            accept_all(now);
        }
    }

    /// Until something happens, and lets the connections take note of it.
    void wait() {
        const SteadyTime before = clock_.steady();
        std::vector<pollfd> watched{{bell_.fd(), POLLIN, 0}};
        for (const Connection& each : connections_) watched.push_back(each.watched());
        SteadyTime until = accept_again_;
        if (before >= accept_again_) {
            watched.push_back({socket_.impl()->sockfd(), POLLIN, 0});
            until = SteadyTime::max();
        }
        for (const Connection& each : connections_) until = std::min(until, each.until());
        poll(watched.data(), watched.size(), milliseconds_to(until, before));
        const SteadyTime now = clock_.steady();
        auto entry = watched.begin() + 1;
        for (Connection& connection : connections_) {
            if ((entry++)->revents == 0) continue;
            if (auto request = connection.on_ready(now)) give({connection.id, std::move(*request)});
        }
    }

    static int milliseconds_to(SteadyTime until, SteadyTime now) {
        if (until == SteadyTime::max()) return -1;
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - now).count();
        return static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
    }

    void accept_all(SteadyTime now) {
        if (now < accept_again_) return;
        pollfd waiting{socket_.impl()->sockfd(), POLLIN, 0};
        for (std::size_t i = 0; i < kConnectionsMax && poll(&waiting, 1, 0) == 1; ++i) {
            try {
                add(socket_.acceptConnection(), now);
            } catch (const Poco::Exception&) {
                accept_again_ = now + kAcceptAgain;  // hung up already, or no descriptors left
                return;
            }
        }
    }

    void add(const Poco::Net::StreamSocket& socket, SteadyTime now) {
        if (connections_.size() >= kConnectionsMax && !make_room()) return;
        const std::string came_to = socket.address().host().toString();
        const auto admit = [this, came_to](const WebRequest& head) {
            const std::string* const host = head.header("host");
            if (host == nullptr) throw WebRefusal(400, "the request has no Host header");
            if (!hosts_.allow(*host, came_to)) {
                throw WebRefusal(421,
                                 "this server is not called by that name; list it in web.hosts "
                                 "of the settings if it should be");
            }
            return routes_.find(head).body_bytes_max;
        };
        connections_.emplace_back(next_id_++, socket, admit, now + kRequestMax);
    }

    /// Ends the connection that has been there the longest, but for those that a handler is at.
    bool make_room() {
        const auto oldest =
            std::find_if(connections_.begin(), connections_.end(),
                         [](const Connection& each) { return each.phase() != Phase::handler; });
        if (oldest == connections_.end()) return false;
        connections_.erase(oldest);
        return true;
    }

    void give(Job job) {
        const std::lock_guard lock(mutex_);
        jobs_.push_back(std::move(job));
        has_job_.notify_one();
    }

    void take_replies(SteadyTime now) {
        std::vector<Done> done;
        {
            const std::lock_guard lock(mutex_);
            done.swap(done_);
        }
        for (const Done& each : done) {
            for (Connection& connection : connections_) {
                if (connection.id == each.connection) connection.begin_reply(each.reply, now);
            }
        }
    }

    // On the handlers' threads, as what follows.
    void handle(const std::stop_token& stop) {
        for (;;) {
            std::unique_lock lock(mutex_);
            if (!has_job_.wait(lock, stop, [this] { return !jobs_.empty(); })) return;
            if (stop.stop_requested()) return;
            const Job job = std::move(jobs_.front());
            jobs_.pop_front();
            lock.unlock();
            WebReply reply = answer(job.request);
            lock.lock();
            done_.push_back({job.connection, std::move(reply)});
            lock.unlock();
            bell_.ring();
        }
    }

    WebReply answer(const WebRequest& request) {
        try {
            return routes_.answer(request);
        } catch (const std::exception& error) {
            log_.error("A web page failed; this is a bug, please report it.",
                       {{"path", request.path}, {"error", error.what()}});
            return WebRefusal(500, "a bug of vodcatalogd; its log says more").reply();
        }
    }

    const RouteTable routes_;
    const AllowedHosts hosts_;
    const Clock& clock_;
    Log& log_;
    Bell bell_;
    Poco::Net::ServerSocket socket_;

    std::list<Connection> connections_;  // the serving thread's own, oldest first, as what follows
    std::uint64_t next_id_ = 1;
    SteadyTime accept_again_{};

    std::mutex mutex_;  // guards what follows
    std::condition_variable_any has_job_;
    std::deque<Job> jobs_;  ///< At most one a connection.
    std::vector<Done> done_;

    std::array<std::jthread, kThreads> handlers_;
    std::jthread thread_;  // last, so joined first
};

WebServer::WebServer(const Settings& settings, RouteTable routes, const Clock& clock, Log& log)
    : state_(std::make_unique<State>(settings, std::move(routes), clock, log)) {}

WebServer::~WebServer() = default;

ListenAddress WebServer::address() const {
    return state_->address();
}

}  // namespace vodcatalog
