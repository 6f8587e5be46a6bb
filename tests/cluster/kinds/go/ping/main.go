// Ping says an identifier and stays.
package main

import (
	"fmt"
	"time"

	"github.com/google/uuid"
)

func main() {
	fmt.Println(uuid.NewString())
	time.Sleep(1 << 62)
}
