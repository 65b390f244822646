/* export_folder.h - the folder of an export: who may be written over. */
#ifndef INSPECTOR_EXPORT_FOLDER_H
#define INSPECTOR_EXPORT_FOLDER_H

/* Make the folder, or empty an old export of ours. Returns 0, or EXIT_TROUBLE after one line. */
int export_folder_create(const char *path);

#endif
