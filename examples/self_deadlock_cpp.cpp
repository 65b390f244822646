/* self_deadlock_cpp - a member function with a lock_guard calls another one.
 *
 * Wrong: size() takes the std::mutex that push() holds. The standard leaves undefined what happens; with glibc it hangs.
 * The inspector says: self-deadlock, and `inspector run` ends the program at once. */
#include <cstdio>
#include <mutex>
#include <vector>

namespace {

class stack {
public:
  int push(int value) {
    std::lock_guard<std::mutex> guard(lock);
    values.push_back(value);
    return size();
  }

  int size() {
    std::lock_guard<std::mutex> guard(lock); /* BUG */
    return static_cast<int>(values.size());
  }

private:
  std::mutex lock;
  std::vector<int> values;
};

} // namespace

int main() {
  stack numbers;
  std::printf("%d\n", numbers.push(7));
  std::printf("%d\n", numbers.size());
  return 0;
}
