// SPDX-License-Identifier: Apache-2.0

#include "collector/containers/runtime_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"

#include "collector/containers/container_runtimes.h"
#include "collector/containers/testing/fake_runtime_api.h"
#include "collector/containers/testing/rude_server.h"

namespace eyrie::collector {
namespace {

using eyrie::testing::RudeServer;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using Asked = ContainerRuntime::Asked;
using State = v1::ContainerRuntime;

// Notes what it is told, a line each.
class NotingSink : public ContainerSink {
 public:
  void OnContainer(int, KnownContainer known) override {
    Note(absl::StrCat("container ", known.container.id()));
  }
  void OnEnded(int, const std::string& id) override {
    Note(absl::StrCat("ended ", id));
  }
  uint64_t BeginList() override { return 7; }
  void OnListed(int, uint64_t begin,
                const absl::flat_hash_set<std::string>& ids) override {
    Note(absl::StrCat("listed ", begin, " ", ids.size()));
  }
  void OnNotKnown(int, const std::string& id) override {
    Note(absl::StrCat("not known ", id));
  }
  void OnFailed(int, const std::string& id) override {
    Note(absl::StrCat("failed ", id));
  }
  void OnState(int, const v1::ContainerRuntime& state) override {
    Note(absl::StrCat("state ", State::State_Name(state.state()), " ",
                      state.error()));
  }

  // Waits until a line begins with `text`; false if none does in time.
  bool WaitFor(const std::string& text) {
    absl::MutexLock lock(&mutex_);
    const auto is_there = [this, &text]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
      for (const std::string& line : lines_) {
        if (line.rfind(text, 0) == 0) return true;
      }
      return false;
    };
    return mutex_.AwaitWithTimeout(absl::Condition(&is_there),
                                   absl::Seconds(20));
  }
  void Clear() {
    absl::MutexLock lock(&mutex_);
    lines_.clear();
  }
  std::vector<std::string> lines() {
    absl::MutexLock lock(&mutex_);
    return lines_;
  }

 private:
  void Note(std::string line) {
    absl::MutexLock lock(&mutex_);
    lines_.push_back(std::move(line));
  }

  absl::Mutex mutex_;
  std::vector<std::string> lines_ ABSL_GUARDED_BY(mutex_);
};

class RuntimeClientTest : public ::testing::Test {
 protected:
  RuntimeClientTest()
      : socket_([](const std::string&) {
          return RudeServer::Answer{"", false};
        }) {}
  ~RuntimeClientTest() override {
    if (client_ != nullptr) client_->Stop();
  }

  void Start(RuntimeClientOptions options = {}) {
    if (options.socket.empty()) options.socket = socket_.path();
    options.socket_check = absl::Milliseconds(10);
    options.failing_check_interval = absl::Milliseconds(10);
    options.ask_again = absl::Milliseconds(10);
    options.backoff = {.first = absl::Milliseconds(10),
                       .base = absl::Milliseconds(10),
                       .max = absl::Milliseconds(20)};
    client_ = std::make_unique<RuntimeClient>(
        options, std::unique_ptr<RuntimeApi>(api_));
    client_->Start(&sink_, 3);
  }
  void StartConnected() {
    Start();
    ASSERT_TRUE(sink_.WaitFor("listed 7"));
  }

  RudeServer socket_;  // only to be there
  FakeRuntimeApi* api_ =
      new FakeRuntimeApi;  // of the client, once there is one
  NotingSink sink_;
  std::unique_ptr<RuntimeClient> client_;
};

TEST_F(RuntimeClientTest, TellsAllThatRunAndWhatChanges) {
  api_->Put("a");
  StartConnected();
  EXPECT_TRUE(sink_.WaitFor("state CONNECTED"));
  EXPECT_TRUE(sink_.WaitFor("container a"));
  api_->Put("b");
  api_->Tell({RuntimeEvent::Kind::kChanged, "b"});
  EXPECT_TRUE(sink_.WaitFor("container b"));
  api_->Tell({RuntimeEvent::Kind::kEnded, "b"});
  EXPECT_TRUE(sink_.WaitFor("ended b"));
  EXPECT_EQ(client_->stats().events, 2u);
}

TEST_F(RuntimeClientTest, AnswersEachQuestion) {
  api_->Put("a");
  StartConnected();
  EXPECT_EQ(client_->Ask("a"), Asked::kAccepted);
  EXPECT_TRUE(sink_.WaitFor("container a"));
  EXPECT_EQ(client_->Ask("x"), Asked::kAccepted);
  EXPECT_TRUE(sink_.WaitFor("not known x"));
  EXPECT_EQ(client_->Ask("never"), Asked::kNotKnown);
  api_->Fail(absl::InternalError("oops"));
  EXPECT_EQ(client_->Ask("y"), Asked::kAccepted);
  EXPECT_TRUE(sink_.WaitFor("failed y"));
  EXPECT_EQ(client_->stats().lookup_failures, 1u);
}

TEST_F(RuntimeClientTest, AsksAgainForWhatIsStillBeingMade) {
  api_->Put("pod", /*is_partial=*/true);
  StartConnected();
  EXPECT_TRUE(sink_.WaitFor("container pod"));
  sink_.Clear();
  EXPECT_TRUE(sink_.WaitFor("container pod"));
  api_->Put("pod", /*is_partial=*/false);
}

TEST_F(RuntimeClientTest, OneThatDoesNotAnswerKeepsNobodyWaiting) {
  StartConnected();
  api_->Fail(absl::DeadlineExceededError("no answer in time"));
  EXPECT_EQ(client_->Ask("a"), Asked::kAccepted);
  EXPECT_TRUE(sink_.WaitFor("failed a"));
  // Its next check finds it out for good.
  EXPECT_TRUE(sink_.WaitFor("state FAILING no answer in time"));
  EXPECT_EQ(client_->Ask("b"), Asked::kFailing);
  sink_.Clear();
  api_->Fail(absl::OkStatus());
  EXPECT_TRUE(sink_.WaitFor("state CONNECTED"));
  EXPECT_EQ(client_->Ask("b"), Asked::kAccepted);
  EXPECT_TRUE(sink_.WaitFor("not known b"));
}

TEST_F(RuntimeClientTest, ConnectsAgainAndTellsAllAnew) {
  api_->Put("a");
  StartConnected();
  EXPECT_TRUE(sink_.WaitFor("container a"));
  sink_.Clear();
  api_->Fail(absl::UnavailableError("it is gone"));
  EXPECT_TRUE(sink_.WaitFor("state FAILING"));
  api_->Fail(absl::OkStatus());
  EXPECT_TRUE(sink_.WaitFor("state CONNECTED"));
  EXPECT_TRUE(sink_.WaitFor("container a"));
  EXPECT_EQ(client_->stats().connects, 2u);
}

TEST_F(RuntimeClientTest, ListsWhereThereAreNoEvents) {
  api_->SetEvents(false);
  RuntimeClientOptions options;
  options.first_list_again = absl::Milliseconds(10);
  options.list_interval_without_events = absl::Milliseconds(10);
  Start(options);
  ASSERT_TRUE(sink_.WaitFor("listed 7 0"));
  api_->Put("a");
  EXPECT_TRUE(sink_.WaitFor("listed 7 1"));
  EXPECT_TRUE(sink_.WaitFor("container a"));
}

TEST_F(RuntimeClientTest, SocketThatIsNotThere) {
  RuntimeClientOptions options;
  options.socket = "/nonexistent/socket";
  Start(options);
  EXPECT_TRUE(sink_.WaitFor("state ABSENT"));
  EXPECT_EQ(client_->Ask("a"), Asked::kNotKnown);
}

TEST_F(RuntimeClientTest, FileThatIsNoSocket) {
  RuntimeClientOptions options;
  options.socket = "/etc/passwd";
  Start(options);
  EXPECT_TRUE(sink_.WaitFor("state FAILING /etc/passwd is no socket"));
}

TEST_F(RuntimeClientTest, QuestionsAreBounded) {
  api_->Fail(absl::DeadlineExceededError("slow"));
  RuntimeClientOptions options;
  options.max_lookups = 2;
  options.lookup_threads = 0;
  Start(options);
  // Until the first attempt has failed they are taken.
  std::vector<Asked> answers;
  for (int i = 0; i < 5; ++i) answers.push_back(client_->Ask(absl::StrCat(i)));
  EXPECT_TRUE(sink_.WaitFor("state FAILING"));
  EXPECT_EQ(client_->Ask("late"), Asked::kFailing);
  EXPECT_THAT(answers, Not(Contains(Asked::kNotKnown)));
}

// The real clients with a socket that accepts and never answers.
TEST(RuntimeClientHangTest, SocketThatNeverAnswersIsFailing) {
  RudeServer server([](const std::string&) {
    return RudeServer::Answer{"", false};
  });
  for (const RuntimeKind kind :
       {RuntimeKind::kDocker, RuntimeKind::kContainerd, RuntimeKind::kCrio}) {
    NotingSink sink;
    const std::unique_ptr<ContainerRuntime> client =
        MakeContainerRuntime({kind, server.path()});
    client->Start(&sink, 0);
    const std::string id(64, 'a');
    // Taken before anybody knows that it hangs; answered once that is known.
    EXPECT_EQ(client->Ask(id), Asked::kAccepted);
    EXPECT_TRUE(sink.WaitFor(absl::StrCat("failed ", id)));
    EXPECT_TRUE(sink.WaitFor("state FAILING"));
    EXPECT_EQ(client->Ask(id), Asked::kFailing);
    client->Stop();
  }
}

TEST(RuntimeClientHangTest, AnswersThatAreNoJsonAreNamed) {
  RudeServer server(
      [](const std::string&) { return RudeServer::Ok("<html>"); });
  NotingSink sink;
  const std::unique_ptr<ContainerRuntime> client =
      MakeContainerRuntime({RuntimeKind::kDocker, server.path()});
  client->Start(&sink, 0);
  EXPECT_TRUE(sink.WaitFor("state FAILING the answer is not JSON"));
  client->Stop();
}

}  // namespace
}  // namespace eyrie::collector
