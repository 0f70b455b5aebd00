# shellcheck shell=bash
# find_jdk MAJOR: prints the home of a JDK of that major version or later, or says where it looked.
find_jdk() {
  local wanted=$1 home version
  for home in "${JAVA_HOME:-}" /usr/lib/jvm/* /opt/java/* /opt/jdk* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/*; do
    [ -x "$home/bin/javac" ] && [ -r "$home/release" ] || continue
    version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release")
    if [ -n "$version" ] && [ "$version" -ge "$wanted" ]; then
      printf '%s\n' "$home"
      return 0
    fi
  done
  echo "No JDK $wanted found in JAVA_HOME, /usr/lib/jvm, /opt, ~/.sdkman or ~/.jdks. Install one there or set JAVA_HOME." >&2
  return 1
}
