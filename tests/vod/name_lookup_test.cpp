#include "daemon/vod/name_lookup.h"

#include <atomic>
#include <future>
#include <thread>

#include "catalog/error.h"
#include "tests/world/fake_clock.h"

namespace vodcatalog {
namespace {

using namespace std::chrono_literals;
using Poco::Net::IPAddress;
using Addresses = NameLookup::Addresses;

class NameLookupTest : public testing::Test {
protected:
    NameLookupTest() { slot_.begin(1h); }

    /// What is answered is found out anew each time: 10.0.0.1, 10.0.0.2 ...
    NameLookup::Resolver counting() {
        return [asked = asked_](const std::string&) {
            return Addresses{IPAddress("10.0.0." + std::to_string(++*asked))};
        };
    }
    /// Answers once it is released.
    NameLookup::Resolver waiting() {
        return [asked = asked_, released = release_.get_future().share()](const std::string&) {
            ++*asked;
            released.wait();
            return Addresses{IPAddress("10.0.0.1")};
        };
    }
    std::string failure(NameLookup& names, const std::string& host) {
        try {
            static_cast<void>(names.find(host, slot_));
            return {};
        } catch (const catalog::Retryable& error) {
            return error.what();
        }
    }
    /// Asks, with a request that ends at once.
    static void ask_in_vain(NameLookup& names, DeadlineWatch& watch, const std::string& host) {
        DeadlineWatch::Slot slot(watch);
        slot.begin(0ms);
        EXPECT_THROW(static_cast<void>(names.find(host, slot)), catalog::Retryable);
    }

    SystemClock clock_;
    world::FakeClock age_;
    DeadlineWatch watch_{clock_};
    DeadlineWatch::Slot slot_{watch_};
    const std::shared_ptr<std::atomic<int>> asked_ = std::make_shared<std::atomic<int>>(0);
    std::promise<void> release_;
};

TEST_F(NameLookupTest, AsksNobodyAboutAnAddressOrLocalhost) {
    NameLookup names(age_, counting());
    EXPECT_EQ(names.find("192.0.2.7", slot_), Addresses{IPAddress("192.0.2.7")});
    EXPECT_EQ(names.find("2001:db8::7", slot_), Addresses{IPAddress("2001:db8::7")});
    const Addresses loopback{IPAddress("127.0.0.1"), IPAddress("::1")};
    EXPECT_EQ(names.find("localhost", slot_), loopback);
    EXPECT_EQ(names.find("vod.localhost", slot_), loopback);
    EXPECT_EQ(*asked_, 0);
    EXPECT_EQ(names.find("notlocalhost", slot_), Addresses{IPAddress("10.0.0.1")});
}

TEST_F(NameLookupTest, KeepsAnAnswerForAMinutePerHost) {
    NameLookup names(age_, counting());
    EXPECT_EQ(names.find("a.example", slot_), Addresses{IPAddress("10.0.0.1")});
    EXPECT_EQ(names.find("b.example", slot_), Addresses{IPAddress("10.0.0.2")});
    age_.advance(NameLookup::kFreshMax - 1ms);
    EXPECT_EQ(names.find("a.example", slot_), Addresses{IPAddress("10.0.0.1")});
    age_.advance(1ms);
    EXPECT_EQ(names.find("a.example", slot_), Addresses{IPAddress("10.0.0.3")});
    names.forget("a.example");
    EXPECT_EQ(names.find("a.example", slot_), Addresses{IPAddress("10.0.0.4")});
}

TEST_F(NameLookupTest, KeepsNoFailure) {
    NameLookup names(age_, [asked = asked_](const std::string&) -> Addresses {
        if (++*asked == 1) throw catalog::Retryable("try again");
        if (*asked == 2) return {};
        return {IPAddress("10.0.0.1")};
    });
    EXPECT_EQ(failure(names, "a.example"), "no address of a.example: try again");
    EXPECT_EQ(failure(names, "a.example"), "no address of a.example: it has no address");
    EXPECT_EQ(failure(names, "a.example"), "");
}

TEST_F(NameLookupTest, TakesAHandfulOfAddresses) {
    NameLookup names(age_,
                     [](const std::string&) { return Addresses(100, IPAddress("10.0.0.1")); });
    EXPECT_EQ(names.find("a.example", slot_).size(), NameLookup::kAddressesMax);
}

TEST_F(NameLookupTest, AsksOnceForAllWhoWait) {
    NameLookup names(age_, waiting());
    std::vector<std::thread> threads;
    std::atomic<int> found = 0;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&] {
            DeadlineWatch::Slot slot(watch_);
            slot.begin(1h);
            found += names.find("a.example", slot) == Addresses{IPAddress("10.0.0.1")} ? 1 : 0;
        });
    }
    while (*asked_ == 0) std::this_thread::yield();
    release_.set_value();
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(found, 8);
    EXPECT_EQ(*asked_, 1);
}

TEST_F(NameLookupTest, LeavesAQuestionBehindWhoseTimeIsOver) {
    NameLookup names(age_, waiting());
    ask_in_vain(names, watch_, "a.example");
    ask_in_vain(names, watch_, "a.example");
    age_.advance(NameLookup::kPatience);
    ask_in_vain(names, watch_, "a.example");
    while (*asked_ < 2) std::this_thread::yield();
    release_.set_value();
    EXPECT_EQ(failure(names, "a.example"), "");
    EXPECT_EQ(*asked_, 2) << "another one only after a while";
}

TEST_F(NameLookupTest, LeavesOnlySoManyBehind) {
    NameLookup names(age_, waiting());
    for (std::size_t i = 0; i < NameLookup::kQuestionsMax; ++i) {
        ask_in_vain(names, watch_, "host" + std::to_string(i) + ".example");
    }
    EXPECT_NE(failure(names, "a.example").find("16 questions without an answer"),
              std::string::npos);
    release_.set_value();
    for (std::size_t i = 0; i < NameLookup::kQuestionsMax; ++i) {
        EXPECT_EQ(failure(names, "host" + std::to_string(i) + ".example"), "");
    }
    EXPECT_EQ(failure(names, "a.example"), "");
}

TEST_F(NameLookupTest, MayEndBeforeItsQuestions) {
    std::promise<void> over;
    {
        NameLookup names(
            age_,
            [released = release_.get_future().share(), &over](const std::string&) -> Addresses {
                released.wait();
                over.set_value();
                return {};
            });
        ask_in_vain(names, watch_, "a.example");
    }
    release_.set_value();
    over.get_future().wait();
}

TEST_F(NameLookupTest, AsksTheSystem) {
    EXPECT_EQ(NameLookup::ask_system("127.0.0.1"), Addresses{IPAddress("127.0.0.1")});
    // One letter more than the resolver takes, so it asks nobody.
    NameLookup names(age_);
    const std::string host(64, 'x');
    EXPECT_TRUE(failure(names, host).starts_with("no address of " + host + ": Name or service"))
        << failure(names, host);
}

}  // namespace
}  // namespace vodcatalog
