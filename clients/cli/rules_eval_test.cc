// SPDX-License-Identifier: Apache-2.0
//
// Tests of `eyrie rules eval`.

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "clients/cli/testing/run_eyrie.h"

namespace eyrie::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Result;
using testing::RunEyrie;
using ::testing::StartsWith;
using testing::WriteFile;

TEST(RulesEvalTest, JudgesOneCondition) {
  struct Case {
    const char* condition;
    const char* fields;
    const char* out;
  };
  for (const Case& test : std::vector<Case>{
           {"proc.name = cat", R"({"proc.name": "cat"})", "true"},
           {"proc.name = cat", R"({"proc.name": "dog"})", "false"},
           {"proc.name = cat", R"({"proc.name": null})", "false"},
           {"not proc.name = cat", "{}", "true"},
           {"not proc.name = cat", "", "true"},
           {"proc.pid > 5 and proc.tty = 34816",
            R"({"proc.pid": 7, "proc.tty": 34816})", "true"},
           {"proc.is_exe_writable = true", R"({"proc.is_exe_writable": true})",
            "true"},
           {"thread.cpu > 0", R"({"thread.cpu": 0.75})", "true"},
           {"fd.snet = 10.0.0.0/8", R"({"fd.snet": "10.1.2.3"})", "true"},
           {"fd.ip = 1.1.1.1", R"({"fd.ip": ["10.0.0.1", "1.1.1.1"]})", "true"},
           {"fd.ip exists", R"({"fd.ip": []})", "false"},
           {"proc.aname = sshd", R"({"proc.aname": ["bash", "sshd"]})", "true"},
           {"proc.aname[2] = sshd", R"({"proc.aname[2]": "sshd"})", "true"},
           {R"(proc.env["HOME"] = /root)", R"({"proc.env[HOME]": "/root"})",
            "true"},
           {"ka.verb in (create, patch) and ka.target.resource = pods",
            R"({"ka.verb": "create", "ka.target.resource": "pods"})", "true"},
           {"evt.buffer contains GET", R"({"evt.buffer": {"hex": "474554"}})",
            "true"},
           {"evt.arg.flags contains O_CREAT",
            R"({"evt.arg.flags": "O_RDWR|O_CREAT"})", "true"},
       }) {
    const Result result = RunEyrie({"rules", "eval", "--condition",
                                    test.condition, "--fields", test.fields});
    EXPECT_EQ(result.code, ExitCode::kDone) << test.condition;
    EXPECT_EQ(result.out, std::string("{\"result\": ") + test.out + "}\n")
        << test.condition << " over " << test.fields;
    EXPECT_THAT(result.err, IsEmpty()) << test.condition;
  }
}

TEST(RulesEvalTest, TellsEveryMistakeOfTheCondition) {
  const std::vector<std::string> words = {"rules", "eval", "--condition",
                                          "proc.nme = a and proc.pid = x"};
  const Result table = RunEyrie(words);
  EXPECT_EQ(table.code, ExitCode::kFailed);
  EXPECT_THAT(table.out, StartsWith("{\"error\": \"line 1, column 1: "));
  EXPECT_THAT(table.out, HasSubstr("[unknown-field]; line 1, column 29: "));
  EXPECT_THAT(table.out, HasSubstr("[bad-literal]\"}\n"));
  EXPECT_THAT(table.err, HasSubstr("^~~"));
  EXPECT_THAT(table.err, HasSubstr("did you mean `proc.name`?"));

  std::vector<std::string> json = words;
  json.insert(json.end(), {"-o", "json"});
  EXPECT_EQ(RunEyrie(json).out, table.out);
  EXPECT_THAT(RunEyrie(json).err, IsEmpty());
}

TEST(RulesEvalTest, WrongUsageIsExitCodeTwo) {
  struct Case {
    std::vector<std::string> words;
    const char* err;
  };
  for (const Case& test : std::vector<Case>{
           {{}, "give either --condition or --batch"},
           {{"--condition", "a.b = 1", "--batch", "-"}, "either --condition"},
           {{"--batch", "-", "--fields", "{}"}, "--fields goes with"},
           {{"--condition", "proc.name = a", "--fields", "{"},
            "flag --fields: not JSON at byte 2"},
           {{"--condition", "proc.name = a", "--fields", "[]"},
            "flag --fields: the fields are not an object"},
           {{"--condition", "proc.name = a", "--source", "gitlab"},
            "there is no source \"gitlab\""},
       }) {
    std::vector<std::string> words = {"rules", "eval"};
    words.insert(words.end(), test.words.begin(), test.words.end());
    const Result result = RunEyrie(words);
    EXPECT_EQ(result.code, ExitCode::kUsage) << ::testing::PrintToString(words);
    EXPECT_THAT(result.err, HasSubstr(test.err));
    EXPECT_THAT(result.out, IsEmpty());
  }
}

TEST(RulesEvalTest, AnswersABatchLineByLine) {
  const std::string batch =
      R"({"id": 1, "condition": "proc.name = a", "fields": {"proc.name": "a"}})"
      "\n\n"
      R"({"condition": "proc.name = a", "fields": null, "source": "syscall"})"
      "\n"
      R"({"condition": "proc.name =", "fields": {}})"
      "\n"
      R"({"condition": "proc.pid = 1", "fields": {"proc.pid": "one"}})"
      "\n"
      R"({"condition": "proc.pid = 1", "fields": {"proc.pid": {"a": 1}}})"
      "\n"
      R"({"condition": "proc.pid = 1", "source": "gitlab"})"
      "\n"
      R"({"fields": {}})"
      "\n"
      "[]\n"
      "{\n" +
      std::string((1 << 20) + 1, 'x') + "\n" +
      R"({"condition": "not proc.name exists"})";
  const Result result = RunEyrie({"rules", "eval", "--batch", "-"}, batch);
  EXPECT_EQ(result.code, ExitCode::kDone) << result.err;
  EXPECT_EQ(result.out,
            "{\"result\": true}\n"
            "{\"result\": false}\n"
            "{\"error\": \"line 1, column 12: expected a value behind "
            "'=', but the condition ends here [syntax-error]\"}\n"
            "{\"error\": \"proc.pid: the value is no signed integer\"}\n"
            "{\"error\": \"proc.pid: an object is not a value, but for bytes: "
            "{\\\"hex\\\": \\\"cafe\\\"}\"}\n"
            "{\"error\": \"there is no source \\\"gitlab\\\"; it is one of "
            "syscall, k8s_audit, aws_cloudtrail, github, okta\"}\n"
            "{\"error\": \"the line has no text \\\"condition\\\"\"}\n"
            "{\"error\": \"the line is not an object\"}\n"
            "{\"error\": \"not JSON at byte 2\"}\n"
            "{\"error\": \"the line has more than 1048576 bytes\"}\n"
            "{\"result\": true}\n");
  EXPECT_EQ(result.err, "11 judged, 8 with errors\n");
  const std::string path = WriteFile("batch.jsonl", batch);
  const Result file =
      RunEyrie({"rules", "eval", "--batch", path, "-o", "json"});
  EXPECT_EQ(file.out, result.out);
  EXPECT_THAT(file.err, IsEmpty());
}

TEST(RulesEvalTest, TakesMadeUpFields) {
  const std::string fields = WriteFile(
      "fields.json",
      R"({"tst.names": {"type": "CHARBUF", "list": true, "class": "tst"},
          "tst.n": {"type": "UINT8", "arg": "required", "arg_index": true}})");
  const Result result =
      RunEyrie({"rules", "eval", "--batch", "-", "--test-fields", fields},
               R"j({"condition": "tst.names intersects (a, b)",)j"
               R"j( "fields": {"tst.names": ["b", "c"]}})j"
               "\n"
               R"({"condition": "tst.n[3] = 7", "fields": {"tst.n[3]": 7}})"
               "\n"
               R"({"condition": "tst.names exists",)"
               R"( "fields": {"tst.names": []}})"
               "\n"
               R"({"condition": "tst.n[1] = 256"})");
  EXPECT_THAT(result.out, StartsWith("{\"result\": true}\n{\"result\": true}\n"
                                     "{\"result\": false}\n{\"error\": "))
      << result.err;
  const Result without =
      RunEyrie({"rules", "eval", "--condition", "tst.names intersects (a, b)"});
  EXPECT_EQ(without.code, ExitCode::kFailed);
}

TEST(RulesEvalTest, FilesThatCannotBeReadAreNamed) {
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{
           {"--batch", "/nonexistent.jsonl"},
           {"--batch", "/"},
           {"--condition", "a.b = 1", "--test-fields", "/nonexistent.json"},
           {"--condition", "a.b = 1", "--test-fields",
            WriteFile("bad.json", "{]")},
           {"--condition", "a.b = 1", "--test-fields",
            WriteFile("worse.json", R"({"tst.a": {"type": "TEXT"}})")},
       }) {
    std::vector<std::string> all = {"rules", "eval"};
    all.insert(all.end(), words.begin(), words.end());
    const Result result = RunEyrie(all);
    EXPECT_EQ(result.code, ExitCode::kFailed) << words.back();
    EXPECT_THAT(result.err, HasSubstr(words.back()));
    EXPECT_THAT(result.out, IsEmpty());
  }
}

}  // namespace
}  // namespace eyrie::cli
