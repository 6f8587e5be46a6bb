# shellcheck shell=bash
# What the cluster needs of the machine, made and taken away again: a network namespace with the node's
# address in it, a cgroup of its own, and the few folders whose place its parts have fixed.

# Folders that kubelet, containerd and CNI write to wherever their state is told to be.
readonly FIXED_PLACES=(/var/lib/kubelet /var/lib/cni /run/containerd /var/log/containers /run/netns)

# Programs that the kernel calls: tests name one of their own for half a second, and may be killed before they set it back.
readonly FIXED_SETTINGS=(/proc/sys/kernel/core_pattern /sys/fs/cgroup/freezer/release_agent)

make_network() {
  step "making network namespace $NETNS"
  ip netns add "$NETNS"
  in_netns ip link set lo up
  in_netns ip link add node0 type bridge
  in_netns ip addr add "$NODE_IP/24" dev node0
  in_netns ip link set node0 up
  # Without a route the node itself could not reach a Service: the address is translated only later.
  in_netns ip route add "$SERVICE_CIDR" dev node0
  in_netns sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
}

# Removing the name is enough: the namespace and all in it go with its last process.
remove_network() {
  if [[ -e $NETNS_PATH ]]; then ip netns delete "$NETNS"; fi
}

# Remembers which of the fixed places are ours to remove: those that were not there before.
note_fixed_places() {
  local place
  for place in "${FIXED_PLACES[@]}"; do
    if [[ ! -e $place ]]; then printf '%s\n' "$place"; fi
  done >"$STATE/made"
}

remove_fixed_places() {
  local place link result sandbox
  for result in /var/lib/cni/results/plimsoll-*-eth0; do
    sandbox=${result##*/plimsoll-}
    rm -f "$result" "/var/lib/cni/results/cni-loopback-${sandbox%-eth0}-lo"
  done
  for link in /var/log/containers/*.log; do
    if [[ -L $link && $(readlink "$link") == "$STATE"/* ]]; then rm "$link"; fi
  done
  if [[ ! -f $STATE/made ]]; then return; fi
  while read -r place; do
    if [[ $place == /run/netns || $place == /run/containerd ]]; then
      remove_empty "$place"
    else
      rm -rf "$place"
    fi
  done <"$STATE/made"
}

remove_empty() {
  if mountpoint -q "$1"; then umount "$1" 2>/dev/null || return 0; fi
  if [[ -d $1 ]]; then find "$1" -depth -type d -empty -delete; fi
}

note_settings() {
  local setting
  for setting in "${FIXED_SETTINGS[@]}"; do
    if [[ -r $setting ]]; then printf '%s\t%s\n' "$setting" "$(<"$setting")"; fi
  done >"$STATE/settings"
}

# Only what the tests left is set back: a value that names their helper.
restore_settings() {
  local setting value
  if [[ ! -f $STATE/settings ]]; then return; fi
  while IFS=$'\t' read -r setting value; do
    if [[ -w $setting && $(<"$setting") == */helper ]]; then printf '%s\n' "$value" >"$setting"; fi
  done <"$STATE/settings"
}

# The cgroup hierarchies of this machine: each controller's of version 1, or the one of version 2.
cgroup_mounts() {
  awk '$3 == "cgroup" || $3 == "cgroup2" { print $2 }' /proc/mounts
}

make_cgroup() {
  local mount
  while read -r mount; do
    if [[ -f $mount/cgroup.subtree_control ]]; then
      sed 's/\<\([a-z]\)/+\1/g' "$mount/cgroup.controllers" >"$mount/cgroup.subtree_control" || true
    fi
    mkdir -p "$mount/$CGROUP"
    if [[ -f $mount/cpuset.cpus ]]; then
      cat "$mount/cpuset.cpus" >"$mount/$CGROUP/cpuset.cpus"
      cat "$mount/cpuset.mems" >"$mount/$CGROUP/cpuset.mems"
    fi
  done < <(cgroup_mounts)
}

cgroup_processes() {
  local mount
  while read -r mount; do
    if [[ -d $mount/$CGROUP ]]; then
      find "$mount/$CGROUP" -name cgroup.procs -exec cat {} + 2>/dev/null || true
    fi
  done < <(cgroup_mounts) | sort -un
}

# Ends the pods: whatever is in the cluster's cgroup is the cluster's.
kill_pods() {
  local end=$((SECONDS + 20)) processes
  while processes=$(cgroup_processes) && [[ -n $processes ]]; do
    if ((SECONDS >= end)); then
      step "processes that do not end: ${processes//$'\n'/ }"
      return
    fi
    # shellcheck disable=SC2086 # one process id a word
    kill -KILL $processes 2>/dev/null || true
    sleep 0.1
  done
}

remove_cgroup() {
  local mount
  while read -r mount; do
    if [[ -d $mount/$CGROUP ]]; then find "$mount/$CGROUP" -depth -type d -exec rmdir {} + || true; fi
  done < <(cgroup_mounts)
}

# Unmounts all that is mounted under the state folder, the deepest first.
remove_mounts() {
  local mount
  awk -v top="$STATE/" 'index($2, top) == 1 { print $2 }' /proc/mounts | sort -r |
    while read -r mount; do
      umount "$(printf '%b' "$mount")" 2>/dev/null || umount -l "$(printf '%b' "$mount")" || true
    done
}
