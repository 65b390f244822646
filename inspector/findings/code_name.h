/* code_name.h - a function's name without what compilers do not agree about. */
#ifndef INSPECTOR_CODE_NAME_H
#define INSPECTOR_CODE_NAME_H

/* "main::{lambda}::operator()" of "main::{lambda(int)#2}::operator()(int) const": no parameters, template arguments, return type, number of
 * a lambda, anonymous namespace, ABI tag. All instances of a template are one code. NULL gives "". Caller frees. */
char *code_name(const char *function);

#endif
