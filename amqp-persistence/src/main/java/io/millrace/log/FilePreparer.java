package io.millrace.log;

final class FilePreparer {}
