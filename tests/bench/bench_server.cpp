// bench-server IMAGES READY-FILE
//
// A cloud for benchmarks, on one thread: answers GetImageInfo and GetImageInfos for IMAGES images
// from a prebuilt frame and does not look at signatures. Writes its port to READY-FILE once it
// listens on loopback; ends with its parent.
//
// It answers only during a run, which ends when every image has been served once in the run's
// generation (image_frame.h); other calls wait. So whoever is measured starts with its calls under
// way, and stops at a moment known here. Control, beside the API:
//
//   GET /bench/ids               every image ID, a line each
//   GET /bench/run?generation=G  begins a run; answered at its end with what was served:
//                                {"seconds", "calls", "images"}; images served twice count twice
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <unordered_map>
#include <utility>
#include <vector>

#include "tests/bench/image_frame.h"

namespace bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kRequestBytesMax = 1024 * 1024;

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

std::uint64_t number_after(std::string_view text, std::string_view name, std::uint64_t otherwise) {
    const std::size_t at = text.find(name);
    std::uint64_t number = otherwise;
    if (at != std::string_view::npos) {
        std::from_chars(text.data() + at + name.size(), text.data() + text.size(), number);
    }
    return number;
}

/// The next ID of a list whose commas may be percent-encoded; it ends with the member.
std::string_view take_id(std::string_view& ids) {
    const std::string_view id = ids.substr(0, ids.find_first_of(",%& "));
    ids.remove_prefix(id.size());
    if (ids.starts_with("%2C")) {
        ids.remove_prefix(3);
    } else if (ids.starts_with(",")) {
        ids.remove_prefix(1);
    } else {
        ids = {};
    }
    return id;
}

struct Connection {
    int descriptor = -1;
    std::string in;
    std::string out;
    std::size_t sent = 0;
};

class Server {
public:
    explicit Server(std::uint64_t images) : images_(images), served_in_(images, 0) {}

    std::uint16_t listen();
    void run();

private:
    void accept();
    void read(Connection& connection);
    void take_requests(Connection& connection);
    /// False if the request is to wait.
    bool answer(Connection& connection, std::string_view head, std::string_view request);
    void control(Connection& connection, std::string_view head);
    void answer_images(Connection& connection, std::string_view ids, bool list);
    void begin_run(Connection& connection, std::uint64_t generation);
    void end_run();
    void append_image(std::string_view id);
    void respond(Connection& connection, std::string_view status, std::string_view body);
    void send(Connection& connection);
    void close(int descriptor);

    std::uint64_t images_;
    ImageFrame frame_;
    int listener_ = -1, epoll_ = -1;
    std::unordered_map<int, std::unique_ptr<Connection>> connections_;
    std::string body_;
    std::string date_;
    std::time_t dated_ = 0;

    bool running_ = false;
    std::vector<int> waiting_;  ///< Connections with a call that waits for a run.
    int runner_ = -1;           ///< The connection that is told the end of the run.
    std::uint64_t generation_ = 0;
    std::uint64_t run_ = 0;
    std::vector<std::uint64_t> served_in_;  ///< The last run in which each image was served.
    std::uint64_t distinct_ = 0, served_ = 0, calls_ = 0, all_calls_ = 0;
    Clock::time_point begun_;
};

std::uint16_t Server::listen() {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_, generic, size) != 0 || ::listen(listener_, 128) != 0 ||
        ::getsockname(listener_, generic, &size) != 0) {
        fail("listening on loopback");
    }
    epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
    epoll_event event{.events = EPOLLIN, .data = {.fd = listener_}};
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, listener_, &event) != 0) fail("epoll_ctl");
    return ntohs(address.sin_port);
}

void Server::run() {
    std::array<epoll_event, 128> events{};
    for (;;) {
        const int ready = ::epoll_wait(epoll_, events.data(), events.size(), -1);
        if (ready < 0 && errno != EINTR) fail("epoll_wait");
        for (int i = 0; i < ready; ++i) {
            const epoll_event& event = events[static_cast<std::size_t>(i)];
            const auto found = connections_.find(event.data.fd);
            if (event.data.fd == listener_) {
                accept();
            } else if (found != connections_.end()) {
                if ((event.events & EPOLLOUT) != 0) send(*found->second);
                if ((event.events & ~EPOLLOUT) != 0) read(*found->second);
            }
        }
    }
}

void Server::accept() {
    const int descriptor = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor < 0) return;
    const int yes = 1;
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    auto connection = std::make_unique<Connection>();
    connection->descriptor = descriptor;
    epoll_event event{.events = EPOLLIN, .data = {.fd = descriptor}};
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) != 0) fail("epoll_ctl");
    connections_[descriptor] = std::move(connection);
}

void Server::read(Connection& connection) {
    std::array<char, 16 * 1024> piece;
    const ssize_t size = ::recv(connection.descriptor, piece.data(), piece.size(), 0);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (size <= 0 || connection.in.size() > kRequestBytesMax) {
        close(connection.descriptor);
        return;
    }
    connection.in.append(piece.data(), static_cast<std::size_t>(size));
    take_requests(connection);
}

void Server::take_requests(Connection& connection) {
    for (;;) {
        const std::string_view in = connection.in;
        const std::size_t head = in.find("\r\n\r\n");
        if (head == std::string_view::npos) return;
        const std::size_t size = head + 4 + number_after(in.substr(0, head), "Content-Length: ", 0);
        if (in.size() < size) return;
        if (!answer(connection, in.substr(0, head), in.substr(0, size))) return;
        connection.in.erase(0, size);
    }
}

bool Server::answer(Connection& connection, std::string_view head, std::string_view request) {
    if (head.substr(0, head.find('\r')).find(" /bench/") != std::string_view::npos) {
        control(connection, head);
        return true;
    }
    if (!running_) {
        waiting_.push_back(connection.descriptor);
        return false;
    }
    // In the query with V3, in the body with V1; nothing else ends so.
    const bool list = request.find("ImageIds=") != std::string_view::npos;
    const std::size_t at = request.find(list ? "ImageIds=" : "ImageId=");
    if (at == std::string_view::npos) {
        respond(connection, "400 Bad Request",
                R"({"Code":"MissingParameter","Message":"no image ID","RequestId":"none"})");
        return true;
    }
    answer_images(connection, request.substr(at + (list ? 9 : 8)), list);
    return true;
}

void Server::control(Connection& connection, std::string_view head) {
    if (head.starts_with("GET /bench/ids ")) {
        std::string ids;
        for (std::uint64_t i = 0; i < images_; ++i) {
            const auto id = id_of(i);
            ids.append(id.data(), id.size()) += '\n';
        }
        respond(connection, "200 OK", ids);
    } else if (head.starts_with("GET /bench/run?") && !running_) {
        begin_run(connection, number_after(head, "generation=", 0));
    } else {
        respond(connection, "400 Bad Request", "no such control, or a run is under way\n");
    }
}

void Server::begin_run(Connection& connection, std::uint64_t generation) {
    running_ = true;
    runner_ = connection.descriptor;
    generation_ = generation;
    ++run_;
    distinct_ = served_ = calls_ = 0;
    begun_ = Clock::now();
    for (const int descriptor : std::exchange(waiting_, {})) {
        const auto found = connections_.find(descriptor);
        if (found != connections_.end()) take_requests(*found->second);
    }
}

void Server::end_run() {
    running_ = false;
    const std::chrono::duration<double> lasted = Clock::now() - begun_;
    const auto found = connections_.find(std::exchange(runner_, -1));
    if (found == connections_.end()) return;
    respond(*found->second, "200 OK",
            "{\"seconds\": " + std::to_string(lasted.count()) + ", \"calls\": " +
                std::to_string(calls_) + ", \"images\": " + std::to_string(served_) + "}\n");
}

void Server::append_image(std::string_view id) {
    const auto index = index_of(id);
    if (!index || *index >= images_) return;
    if (body_.back() == '}') body_ += ',';
    frame_.append(*index, generation_, all_calls_, body_);
    ++served_;
    if (std::exchange(served_in_[*index], run_) != run_) ++distinct_;
}

void Server::answer_images(Connection& connection, std::string_view ids, bool list) {
    ++all_calls_;
    ++calls_;
    std::array<char, 13> number{};
    std::snprintf(number.data(), number.size(), "%012llx",
                  static_cast<unsigned long long>(all_calls_ & 0xffff'ffff'ffff));
    body_.assign(R"({"RequestId":"AB99D4DF-FAFA-49DC-9C54-)").append(number.data(), 12);
    body_ += list ? R"(","ImageInfo":[)" : R"(","ImageInfo":)";
    while (!ids.empty()) append_image(take_id(ids));
    body_ += list ? R"(],"NonExistImageIds":[]})" : "}";
    respond(connection, "200 OK", body_);
    if (distinct_ == images_) end_run();
}

void Server::respond(Connection& connection, std::string_view status, std::string_view body) {
    const std::time_t now = std::time(nullptr);
    if (now != dated_) {
        std::array<char, 64> text{};
        std::tm parts{};
        std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT",
                      ::gmtime_r(&now, &parts));
        date_ = text.data();
        dated_ = now;
    }
    std::string& out = connection.out;
    out += "HTTP/1.1 ";
    out += status;
    out += "\r\nDate: ";
    out += date_;
    out += "\r\nContent-Type: application/json;charset=utf-8\r\nContent-Length: ";
    out += std::to_string(body.size());
    out += "\r\nConnection: keep-alive\r\nKeep-Alive: timeout=25\r\nServer: Tengine\r\n\r\n";
    out += body;
    send(connection);
}

void Server::send(Connection& connection) {
    const bool was_waiting = connection.sent > 0;
    while (connection.sent < connection.out.size()) {
        const ssize_t size = ::send(connection.descriptor, connection.out.data() + connection.sent,
                                    connection.out.size() - connection.sent, MSG_NOSIGNAL);
        if (size < 0) break;  // full, or gone: then reading tells
        connection.sent += static_cast<std::size_t>(size);
    }
    const bool waits = connection.sent < connection.out.size();
    if (!waits) {
        connection.out.clear();
        connection.sent = 0;
    }
    if (!waits && !was_waiting) return;
    epoll_event event{.events = EPOLLIN, .data = {.fd = connection.descriptor}};
    if (waits) event.events |= EPOLLOUT;
    ::epoll_ctl(epoll_, EPOLL_CTL_MOD, connection.descriptor, &event);
}

void Server::close(int descriptor) {
    connections_.erase(descriptor);
    std::erase(waiting_, descriptor);
    ::close(descriptor);
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) try {
    if (argc != 3) {
        std::cerr << "usage: bench-server IMAGES READY-FILE\n";
        return 64;
    }
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    bench::Server server(std::strtoull(argv[1], nullptr, 10));
    const std::filesystem::path ready = argv[2];
    std::filesystem::path draft = ready;
    draft += ".new";
    std::ofstream(draft) << server.listen() << "\n";
    std::filesystem::rename(draft, ready);
    server.run();
} catch (const std::exception& error) {
    std::cerr << "bench-server: " << error.what() << "\n";
    return 1;
}
