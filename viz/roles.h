/* roles.h - which operations let others go on. */
#ifndef VIZ_ROLES_H
#define VIZ_ROLES_H

#include <stdint.h>

enum role { ROLE_NONE, ROLE_LETS_GO, ROLE_MAKES_ROOM };

/* Of an operation on what is not a lock; releases are not among them. */
enum role role_of(uint8_t op);

/* "signalled"; NULL for one without a role. */
const char *role_verb(uint8_t op);

#endif
