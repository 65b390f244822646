/* html_assets.h - style and scripts of the page, built in from report/html/. */
#ifndef INSPECTOR_HTML_ASSETS_H
#define INSPECTOR_HTML_ASSETS_H

extern const char html_style[], html_script[], html_timeline[];

#endif
