# Coverage-guided fuzzing: bench/run fuzz [--minutes N] [TARGET...]; without a target, all of them, N minutes each.
# Sourced by bench/run. Inputs that reach something new are kept in bench/corpus, as few and as short as will do; one
# that breaks something is printed, and stays in bench/target/fuzz.
minutes=1
while [ $# -gt 0 ]; do
  case $1 in
    --minutes) minutes=$2; shift 2 ;;
    -h|--help) sed -n '1s/^# //p' "$root/bench/fuzz.sh"; exit 0 ;;
    *) break ;;
  esac
done

seconds=$(awk "BEGIN { print int($minutes * 60) }")
jazzer=$root/bench/target/fuzz-lib
ls "$jazzer"/*.jar >/dev/null 2>&1 || "$root/mvnw" -q -B -f "$root/pom.xml" -Pfuzz -pl bench dependency:copy
work=$root/bench/target/fuzz
classes=$work/classes
rm -rf "$work"
mkdir -p "$classes" "$work/tmp"
tests=$root/bench/src/test/java/dev/shoal
"$JDK/bin/javac" -proc:none -nowarn -d "$classes" -cp "$out:$lib/*" "$tests"/*/*Targets.java \
  "$tests"/bench/Fuzz[TEC]*.java "$tests"/bench/PeerSessionTarget.java "$tests"/bench/FuzzedPeers.java
path="$classes:$out:$lib/*"
[ $# -gt 0 ] || set -- $("$JDK/bin/java" -cp "$path" dev.shoal.bench.FuzzCorpus list)

# What is fuzzed reads and writes files and opens sockets by design: the fuzzer's own suspicions are of no use.
suspicions=
for hook in BigDecimal ClojureLangHooks Deserialization ExpressionLanguageInjection FilePathTraversal \
  LdapInjection NamingContextLookup OsCommandInjection ReflectiveCall RegexInjection RegexRoadblocks \
  ScriptEngineInjection ServerSideRequestForgery SqlInjection TemplateInjection UnsafeSanitizer \
  XPathInjection XmlParserSsrfGuidance; do
  suspicions=$suspicions:com.code_intelligence.jazzer.sanitizers.$hook
done
suspicions=${suspicions#:}

hunt() {
  "$JDK/bin/java" -Xmx2g -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED -XX:+EnableDynamicAgentLoading \
    "-Djava.io.tmpdir=$work/tmp" "-Dshoal.fuzz.target=$target" -Dslf4j.internal.verbosity=WARN \
    -Dslf4j.provider=org.slf4j.helpers.NOP_FallbackServiceProvider "-Djava.library.path=$lib/native" \
    -cp "$jazzer/*:$path" com.code_intelligence.jazzer.Jazzer --target_class=dev.shoal.bench.FuzzEntry \
    '--instrumentation_includes=dev.shoal.**' "--disabled_hooks=$suspicions" \
    "--reproducer_path=$work" "-artifact_prefix=$work/$target-" -timeout=60 -rss_limit_mb=4096 "$@"
}

failed=0
for target; do
  kept=$root/bench/corpus/$target.txt
  echo "== $target"
  "$JDK/bin/java" -cp "$path" dev.shoal.bench.FuzzCorpus unpack "$kept" "$work/$target"
  hunt -max_total_time="$seconds" -print_final_stats=1 "$work/$target" >"$work/$target.log" 2>&1 || failed=1
  grep -E '^(== Java|#[0-9]+.*DONE|Base64|stat::(number|average)|ERROR)' "$work/$target.log" || true
  mkdir "$work/$target.fewer"
  hunt -merge=1 "$work/$target.fewer" "$work/$target" >"$work/$target.merge.log" 2>&1 || true
  # Nothing is lost when even the kept ones could not be tried.
  [ -z "$(ls "$work/$target.fewer")" ] ||
    "$JDK/bin/java" -cp "$path" dev.shoal.bench.FuzzCorpus pack "$work/$target.fewer" "$kept"
  echo "   $(wc -l <"$kept") inputs are kept"
done
exit $failed
