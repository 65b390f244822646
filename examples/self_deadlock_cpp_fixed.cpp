/* self_deadlock_cpp_fixed - self_deadlock_cpp, repaired: public functions lock, private ones do not. */
#include <cstdio>
#include <mutex>
#include <vector>

namespace {

class stack {
public:
  int push(int value) {
    std::lock_guard<std::mutex> guard(lock);
    values.push_back(value);
    return size_locked();
  }

  int size() {
    std::lock_guard<std::mutex> guard(lock);
    return size_locked();
  }

private:
  int size_locked() const { return static_cast<int>(values.size()); }

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
