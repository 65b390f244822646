# A program that could not be recorded is not started: one line says why.
refused() {
  pattern=$1
  shift
  for command in run record; do
    expect 2 "$INSPECTOR" $command -- "$@"
    expect_line "$pattern"
  done
  [ -z "$(ls -d -- *.track 2>/dev/null)" ] || fail "a trace folder was made for $*"
}
echo 'int main(void) { return 0; }' >program.c
"$CC" program.c -o program

refused "no_such_program: cannot be run: no such program in PATH" no_such_program
refused "./no_such_program: cannot be run: No such file" ./no_such_program
refused "cannot be run: no such program" ""
mkdir folder
refused "./folder: cannot be run: Is a directory" ./folder
cp program not_executable && chmod -x not_executable
refused "./not_executable: cannot be run: Permission denied" ./not_executable

if "$CC" -static program.c -o static 2>/dev/null; then
  refused "./static: cannot be recorded: it is statically linked" ./static
  printf '#!%s/static\n' "$PWD" >script && chmod +x script
  refused "./script: cannot be recorded: its interpreter .*/static is statically linked" ./script
fi

# Byte 18 of an ELF file is its machine, byte 4 its class.
cp program other_machine && printf '\002' | dd of=other_machine bs=1 seek=18 conv=notrunc 2>/dev/null
refused "./other_machine: cannot be recorded: it was built for another architecture" ./other_machine
cp program other_class && printf '\001' | dd of=other_class bs=1 seek=4 conv=notrunc 2>/dev/null
refused "./other_class: cannot be recorded: it was built for another architecture" ./other_class
head -c 100 program >torn && chmod +x torn
refused "./torn: cannot be recorded" ./torn
: >empty && chmod +x empty
refused "./empty: cannot be recorded: it is neither an executable nor a script" ./empty

echo 'exit 0' >no_interpreter && chmod +x no_interpreter
refused "./no_interpreter: cannot be recorded: it is neither an executable nor a script" ./no_interpreter
printf '#!/no/such/interpreter\n' >lost_interpreter && chmod +x lost_interpreter
refused "its interpreter /no/such/interpreter cannot be run" ./lost_interpreter
printf '#!\n' >blank_interpreter && chmod +x blank_interpreter
refused "./blank_interpreter: its interpreter" ./blank_interpreter
printf '#!%s/endless\n' "$PWD" >endless && chmod +x endless
refused "./endless: its interpreter" ./endless

"$CC" program.c -Wl,--dynamic-linker=/no/such/loader.so -o no_loader
refused "./no_loader: cannot be recorded: it needs the loader /no/such/loader.so, which is not there" ./no_loader

# What is known only when it is started: a program that somebody writes to is not executed.
cp program busy
exec 4<>busy
refused "./busy: cannot be run: Text file busy" ./busy
exec 4>&-
expect 2 "$INSPECTOR" run -o report.txt -- ./no_such_program
[ ! -e report.txt ] || fail "an empty report was left"
