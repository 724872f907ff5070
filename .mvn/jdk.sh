# Finds an installed JDK 25, or else a newer one, without starting one; sourced by `shoal` and `mvnw`. What JAVA_HOME or
# PATH name comes first. Sets JDK to its folder, or leaves it empty, jdk_major to its version and jdk_build to a word that
# names its exact build. With jdk_tool=java one without compiler will do. And gives Java a locale.

jdk_is_new_enough() {
  [ -x "$1/bin/${jdk_tool:-javac}" ] && [ -r "$1/release" ] || return 1
  jdk_major=
  jdk_build=
  while IFS= read -r jdk_line || [ -n "$jdk_line" ]; do
    case $jdk_line in
      JAVA_VERSION=*)
        jdk_major=${jdk_line#JAVA_VERSION=\"}
        jdk_major=${jdk_major%%[!0-9]*}
        [ -n "$jdk_build" ] || jdk_build=$jdk_major
        ;;
      JAVA_RUNTIME_VERSION=*)
        jdk_build=${jdk_line#JAVA_RUNTIME_VERSION=\"}
        jdk_build=${jdk_build%%[!A-Za-z0-9.+-]*}
        ;;
    esac
  done <"$1/release"
  [ -n "$jdk_major" ] && [ "$jdk_major" -ge 25 ]
}

find_jdk() {
  JDK=
  jdk_newer=
  if [ -n "${JAVA_HOME:-}" ] && jdk_is_new_enough "$JAVA_HOME"; then
    JDK=$JAVA_HOME
    return
  fi
  jdk_on_path=$(command -v "${jdk_tool:-javac}" 2>/dev/null || true)
  if [ -n "$jdk_on_path" ]; then
    jdk_folder=$(readlink -f "$jdk_on_path" 2>/dev/null || echo "$jdk_on_path")
    # Two names shorter, without starting a process for each.
    jdk_folder=${jdk_folder%/*}
    jdk_folder=${jdk_folder%/*}
    if jdk_is_new_enough "$jdk_folder"; then
      JDK=$jdk_folder
      return
    fi
  fi
  for jdk_folder in "${JAVA25_HOME:-}" \
    /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /opt/java/* /opt/jdk* /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "${HOME:-}"/Library/Java/JavaVirtualMachines/*/Contents/Home "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/*; do
    if [ -n "$jdk_folder" ] && jdk_is_new_enough "$jdk_folder"; then
      if [ "$jdk_major" -eq 25 ]; then
        JDK=$jdk_folder
        return
      fi
      [ -n "$jdk_newer" ] || jdk_newer=$jdk_folder
    fi
  done
  # What was looked at since has overwritten what it says of itself.
  if [ -n "$jdk_newer" ] && jdk_is_new_enough "$jdk_newer"; then
    JDK=$jdk_newer
  fi
}

# Without a locale Java would take every name for ASCII, and files with other names would be out of its reach.
case ${LC_ALL:-${LC_CTYPE:-${LANG:-}}} in
  '' | C | POSIX)
    LC_ALL=C.UTF-8
    export LC_ALL
    ;;
esac
