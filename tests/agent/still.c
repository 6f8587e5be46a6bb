/* The least of programs: waits so many seconds, and ends. */
#include <stdlib.h>
#include <unistd.h>

int main(int count, char **words) {
  if (count > 1) sleep(atoi(words[1]));
  return 0;
}
